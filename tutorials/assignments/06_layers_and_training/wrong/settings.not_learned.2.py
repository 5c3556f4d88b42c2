"""Large steps are fast."""


def settings():
    return {"sizes": [2, 32, 32, 3], "learning_rate": 10, "epochs": 25, "size": 32}
