"""`./run <command>`: hands over to one module a command."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {
    "demo": ("onestop.cli.demo", "cài đặt và chạy cả sản phẩm với dữ liệu mẫu trên máy này"),
    "test": ("onestop.cli.run_tests", "chạy các kiểm thử (--long: thêm các kiểm thử chậm)"),
    "train": ("onestop.cli.train", "huấn luyện mô hình nếu dữ liệu đã đổi (--force: luôn luôn)"),
    "evaluate": ("onestop.cli.evaluate", "đo độ chính xác của phần hiểu tiếng Việt"),
    "data": ("onestop.cli.check_data", "soát dữ liệu huấn luyện: trùng, mâu thuẫn, ý định thiếu câu"),
    "import": ("onestop.cli.import_data", "nhập tệp dữ liệu: tin, cúp điện, giá đất, điểm thi …"),
    "notifications": ("onestop.cli.notifications", "tin báo cho người dân: xem trước, bật tắt, thư xin lỗi, trễ hẹn"),
    "check": ("onestop.cli.check", "ruff, mypy và soát dữ liệu Rasa"),
    "desk-link": ("onestop.cli.desk_link", "mã QR một lần tại quầy, liên kết Zalo với số điện thoại của một hồ sơ"),
    "bench": ("benchmarks.end_to_end.run", "đo tốc độ so với Rasa nguyên bản (benchmarks/)"),
    "broadcast": ("onestop.cli.broadcast", "tin tuyên truyền: soạn, gửi thử, duyệt, hẹn giờ, dừng, đính chính"),
    "lock": ("onestop.cli.lock", "làm mới các tệp khóa phiên bản"),
}


def main(arguments: list[str]) -> int:
    """Runs one command; its name alone or with --help explains it."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print("Cách dùng: ./run <lệnh> [tùy chọn]\n")
        for name, (_module, what) in COMMANDS.items():
            print(f"  {name:<14} {what}")
        print("\n./run <lệnh> --help cho biết các tùy chọn.")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"Không có lệnh “{name}”. Các lệnh: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    return importlib.import_module(COMMANDS[name][0]).main(rest)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
