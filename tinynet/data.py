"""Stand-in until the real file lands."""


class Dataset: ...
