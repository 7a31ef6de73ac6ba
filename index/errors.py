"""Every error a user can cause, as one tree; each message says what happened and what to do next."""


class TiaowenError(Exception):
    """Base of all errors that are reported to the user without a traceback."""


class ReadError(TiaowenError):
    """A file cannot be read as a document; the rest of a batch goes on."""


class StoreError(TiaowenError):
    """The store is missing, empty, incomplete, tampered with, or locked by another writer."""


class StoreBusyError(StoreError):
    """Another process is writing to the store."""


class NothingPublishedError(StoreError):
    """The store holds no published snapshot yet."""


class StaleSnapshotError(StoreError):
    """The published snapshot was built by another splitter, tokenizer or embedder than the configured one."""


class ModelError(TiaowenError):
    """An embedding model cannot be found, read or verified."""


class QuestionError(TiaowenError):
    """A question is empty, too long, or asks for an impossible page of results."""


class NotFoundError(TiaowenError):
    """No document or clause has that id or address."""
