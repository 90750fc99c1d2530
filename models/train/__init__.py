"""Training of the learned models: not needed at run time, and run by `python -m tonghop.models.train.NAME`."""

__all__: list[str] = []
