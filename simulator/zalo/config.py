"""What one simulated Zalo needs to know before it starts."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ZaloConfig:
    """One app and one Official Account, as an operator would find them in Zalo's console.

    Attributes:
        state_file: SQLite file that holds everything the simulator must not forget.
        files_dir: Folder of pictures and files, incoming and uploaded.
        public_url: Address under which the product reaches this simulator, without a slash at the end.
        clock_offset_file: File of the offset (seconds, decimal) shared with the product; None keeps it
            beside the state.
        redirect_uri: The callback saved in the console; None accepts any (nothing was saved yet).
        sms_key: Key of the province's SMS gateway; None refuses every SMS.
    """

    app_id: str
    oa_id: str
    state_file: Path
    files_dir: Path
    app_secret: str = field(repr=False)
    oa_secret: str = field(repr=False)
    public_url: str = "http://127.0.0.1"
    webhook_url: str | None = None
    redirect_uri: str | None = None
    sms_key: str | None = field(default=None, repr=False)
    clock_offset_file: Path | None = None
    oa_name: str = "Một cửa của tỉnh (giả lập)"

    @property
    def offset_file(self) -> Path:
        """File of the clock's offset, also when none was named."""
        return self.clock_offset_file or self.state_file.with_name(self.state_file.name + ".clock")
