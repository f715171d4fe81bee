"""`./run demo`: the whole product on this machine, with a simulated Zalo and generated dossiers."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from pathlib import Path

from onestop.cli.children import StartFailed
from onestop.cli.product import Ports, Product
from onestop.cli.train import train_in_subprocess

ROOT = Path(__file__).resolve().parents[2]
RUN_FOLDER = ROOT / ".run"


def main(arguments: list[str]) -> int:
    """Sets up what is missing, starts everything, ends on Ctrl-C with nothing left running."""
    options = _options(arguments)
    ports = Ports(options.port, options.rasa_port, options.actions_port, options.console_port)
    for name, port in ports.taken().items():
        flag = {"simulator": "--port", "rasa": "--rasa-port", "actions": "--actions-port", "console": "--console-port"}[
            name
        ]
        print(f"Cổng {port} ({name}) đang có chương trình khác dùng; chọn cổng khác bằng {flag} SỐ.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(options, ports)
    except StartFailed as error:
        print(error, file=sys.stderr)
        return 1


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="cổng của các trang (mặc định 8090; 0: cổng trống)")
    parser.add_argument("--rasa-port", type=int, default=0, help="cổng của Rasa (mặc định: cổng trống)")
    parser.add_argument("--actions-port", type=int, default=0, help="cổng của máy chủ hành động (mặc định: cổng trống)")
    parser.add_argument("--console-port", type=int, default=0, help="cổng của giao diện cán bộ (mặc định: cổng trống)")
    parser.add_argument("--fresh", action="store_true", help="xóa dữ liệu mẫu cũ, nạp lại từ đầu")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, ports: Ports) -> int:
    home = RUN_FOLDER / "demo"
    if options.fresh:
        shutil.rmtree(home, ignore_errors=True)
    began = time.monotonic()
    print("1/3 Mô hình hiểu tiếng Việt …", flush=True)
    model = train_in_subprocess(ROOT / "models")
    if model is None:
        raise StartFailed("Không huấn luyện được mô hình; xem các dòng phía trên.")
    product = Product(home, model, ports, say=lambda text: print(text, flush=True))
    print("2/3 Dữ liệu mẫu: thủ tục, cơ quan, hồ sơ …", flush=True)
    product.load_demo_data()
    print("3/3 Khởi động …", flush=True)
    try:
        product.start()
        _announce(product, time.monotonic() - began)
        return _watch(product)
    except KeyboardInterrupt:
        print("\nĐang dừng …", flush=True)
        return 0
    finally:
        product.stop()
        (RUN_FOLDER / "addresses.json").unlink(missing_ok=True)


def _announce(product: Product, took_s: float) -> None:
    addresses = {
        "simulator": product.url,
        "chat": f"{product.url}/chat",
        "counter": f"{product.url}/counter",
        "demo": f"{product.url}/demo",
        "console": product.console_url,
    }
    (RUN_FOLDER / "addresses.json").write_text(json.dumps(addresses, indent=1), encoding="utf-8")
    print(
        f"\nSẵn sàng sau {took_s:.0f} giây.\n"
        f"  Trò chuyện như người dân:  {addresses['chat']}\n"
        f"  Quầy một cửa:              {addresses['counter']}\n"
        f"  Cả hai cạnh nhau:          {addresses['demo']}\n"
        f"  Giao diện cán bộ (HTTP):   {addresses['console']}/officer/v1 (khóa: docs/officers.md)\n"
        "Ctrl-C để dừng.",
        flush=True,
    )


def _watch(product: Product) -> int:
    while True:
        time.sleep(0.5)
        for child in product.dead():
            print(f"Tiến trình {child.name} đã dừng bất ngờ: {child.last_line()}", file=sys.stderr)
            return 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
