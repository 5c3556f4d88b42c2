"""From the plane straight to the arms."""


def settings():
    return dict(sizes=[2, 3], learning_rate=0.1, epochs=100, size=50)
