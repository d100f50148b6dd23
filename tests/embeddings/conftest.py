from pathlib import Path

import pytest

from embeddings.encoder import Encoder

SHIPPED = Path(__file__).resolve().parents[2] / "models/encoder"


@pytest.fixture(scope="session")
def shipped() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def encoder(shipped: Path) -> Encoder:
    return Encoder.load(shipped)
