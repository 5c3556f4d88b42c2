"""Tutorial 13: the answers, why they are right, and what wrong ones show."""

from tinynet.classroom.course import Exercise


def kept(losses, patience):
    """The epoch, counted from 1, that early stopping keeps."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            break
    return best + 1


def ended(losses, patience):
    """The epoch, counted from 1, after which the run ends."""
    return min(kept(losses, patience) + patience, len(losses))


def lowest(losses, patience):
    """The best epoch of all, also of those after the end."""
    return min(range(len(losses)), key=losses.__getitem__) + 1


def before_the_first_rise(losses, patience):
    """As if the patience were 1."""
    return kept(losses, 1)


def rises_in_a_row(losses, patience):
    """The best epoch, where the patience is measured in rises one after the other."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises == patience:
            break
    else:
        epoch = len(losses) - 1
    return lowest(losses[: epoch + 1], patience)


def in_all(losses, patience):
    """As if the epochs without a new best were never forgotten."""
    best, others = 0, 0
    for epoch, loss in enumerate(losses[1:], 1):
        if loss < losses[best]:
            best = epoch
        else:
            others += 1
        if others == patience:
            break
    return best + 1


def hasty(losses, patience):
    """One epoch less than the patience."""
    return kept(losses, patience - 1)


def latest(losses, patience):
    """As if a loss that is as low as the best one were a new best."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        elif epoch - best == patience:
            break
    return best + 1


exercises = {
    "13.1": Exercise(
        right=2.0,
        because="(180 − 100)/40 = 2, with the numbers of the training set, as for every other car:"
        " a weight of the network means the same for all of them.",
        wrong={
            "These are the mean and the standard deviation of the test set. They were not known"
            " when the network learned what a 1 means.": 1.2,
            "The mean is taken off. What is left is still in horsepower: in how many standard"
            " deviations?": 80.0,
            "Take the mean off before you divide.": (4.5, 3.6),
            "The mean is of one set and the standard deviation of the other.": (1.6, 1.5),
            "sign": -2.0,
        },
        hint="Whose mean and whose standard deviation? Then (x − μ)/s.",
    ),
    "13.2": Exercise(
        right=1.87,
        because="2 − 0.1 · 0.3 − 0.1 · 0.5 · 2 = 2 − 0.03 − 0.10: the step of the data, and the"
        " part that every weight loses.",
        wrong={
            "That is the step of the data. The weight also loses a part of itself.": 1.97,
            "That is the decay. The gradient of the data's loss makes a step, too.": 1.9,
            "The decay is multiplied by the learning rate as well.": 0.97,
            "The part that is lost is a part of the weight: λ is multiplied by w.": 1.92,
            "Both steps go uphill: they are subtracted, not added.": 2.13,
            "The decay makes the weight larger: its sign is flipped.": 2.07,
        },
        hint="Two things are subtracted from 2: η · ∂L/∂w, and ηλw.",
    ),
    "13.3": Exercise(
        right="b",
        because="Each of the 50 validation losses is right up to some luck, and the lowest one is"
        " more likely to be a lucky one. Nobody chose by the test set, so its number is not"
        " flattered.",
        wrong={
            "Overfitting the training set makes the validation loss large, too. Here something is"
            " about the two sets of which none was trained on.": "a",
            "All sets are standardised with the numbers of the training set: the network has"
            " learned what they mean.": "c",
        },
        hint="Which of the two sets was used to choose something?",
    ),
    "13.4": Exercise(
        right=kept,
        because="The best so far is remembered, and the run ends when it is `patience` epochs old."
        " A better epoch after that is never seen: that is the price of stopping.",
        wrong={
            "That is where the run ends. The parameters that are kept are older.": ended,
            "The run has ended before that epoch: nobody knows that it would be good.": lowest,
            "The first epoch without a new best does not end the run yet: it takes `patience` of"
            " them.": before_the_first_rise,
            "It need not rise from one epoch to the next: each epoch without a new best takes"
            " patience.": rises_in_a_row,
            "Count the epochs in a row: each new best begins the count at 0 again.": in_all,
            "Too early: the run goes on for `patience` epochs after the best one.": hasty,
            "An epoch as good as the best so far is no better: the older one is kept.": latest,
            "The first epoch has the number 1.": lambda losses, patience: (
                kept(losses, patience) - 1
            ),
        },
        hint="Remember the best epoch so far, and compare each epoch with it; how old may it be?",
        asked=[
            ([0.9, 0.7, 0.8, 0.6, 0.7, 0.7, 0.7, 0.3], 3),
            ([0.9, 0.7, 0.8, 0.75, 0.8, 0.74, 0.6], 2),
            ([0.5, 0.6, 0.4, 0.6, 0.5, 0.6, 0.5, 0.1], 3),
            ([0.9, 0.8, 0.7], 2),
            ([9, 8, 8.5, 7, 7.5, 6, 6.5, 5, 5.5, 5.7, 4, 4, 4.5, 4.7, 1], 3),
        ],
    ),
}
