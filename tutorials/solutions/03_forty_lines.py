"""Tutorial 3: the answers, why they are right, and what wrong ones show."""

from tinynet.classroom.course import Exercise

exercises = {
    "3.1": Exercise(
        right=lambda a, b: (1 / b, -a / b**2),
        because="a / b is a · (1 / b), so it grows 1 / b times as fast as a. And 1 / b is b to the"
        " power −1, whose slope is −1 / b².",
        wrong={
            "When b grows, a / b shrinks: look at the sign of the second slope.": (
                lambda a, b: (1 / b, a / b**2)
            ),
            "The second slope misses the factor a, which stands still while b moves.": (
                lambda a, b: (1 / b, -1 / b**2)
            ),
            "Those are the slopes of a product. A quotient is a · (1 / b).": lambda a, b: (b, a),
            "The slope of 1 / b is neither 1 nor −1. Write it as a power of b.": (
                lambda a, b: (1 / b, a),
                lambda a, b: (1 / b, -a),
            ),
            "The slope of 1 / b is not 1 / b. Write it as a power of b.": (
                lambda a, b: (1 / b, a / b),
                lambda a, b: (1 / b, 1 / b),
                lambda a, b: (1 / b, -a / b),
            ),
            "While b moves, a stands still: it is a factor, and nothing is divided by it.": (
                lambda a, b: (1 / b, 1 / a),
                lambda a, b: (1 / b, -1 / a),
            ),
            "Two slopes are asked for, in this order: with respect to a, with respect to b.": (
                lambda a, b: 1 / b
            ),
            "The two slopes are exchanged: first the one with respect to a.": (
                lambda a, b: (-a / b**2, 1 / b)
            ),
        },
        hint="Take a = 1, b = 2, and move each of them by 0.001: how fast does a / b change?",
        asked=[(3.0, 2.0), (-1.0, 4.0), (2.0, -0.5)],
    ),
    "3.2": Exercise(
        right=24.0,
        because="u is 6 and gets 6 + 6 = 12 from the two factors of L. It passes 12 on to x twice.",
        wrong={
            "one_use": 12.0,
            "overwrites": 6.0,
            "That is L itself. x.grad says how fast L grows with x.": 36.0,
            "Both values are used twice. And the slope of u·u is made of its factors, u = 6, not of"
            " x = 3.": 3.0,
            "A product has two factors, and both bring u: u gets 6 + 6, not 2.": 4.0,
        },
        hint="Write down u.grad first: one contribution from each factor of u·u.",
    ),
    "3.3": Exercise(
        right="c",
        because="u passes on what it has at that moment. What comes later is still added to u.grad,"
        " which is right in the end, but is never passed on.",
        wrong={
            "It adds to u.grad, but u has passed its gradient on already, and only once.": "a",
            "It is the other way round: u.grad is complete in the end. Who got a part of it too"
            " early?": "b",
        },
        hint="Go through backward line by line, for u = x + x, v = u·u and L = u + v, with u before"
        " v.",
    ),
}
