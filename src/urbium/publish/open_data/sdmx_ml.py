"""SDMX-ML 3.0: what SDMX-JSON and SDMX-CSV say, written as XML by pysdmx (the extra ``sdmx``)."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.publish.open_data import sdmx
from urbium.publish.open_data.record import OpenData

if TYPE_CHECKING:
    from pysdmx.model.message import Header

_FIRST: Final = "\t\t<Obs "
_END: Final = "\t</mes:DataSet>"


def write_structure(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield code lists, concepts, data structures and dataflows as an SDMX-ML 3.0 structure message."""
    from pysdmx.io import write_sdmx  # noqa: PLC0415 - an extra
    from pysdmx.io.format import Format  # noqa: PLC0415

    yield str(write_sdmx(_structures(record), Format.STRUCTURE_SDMX_ML_3_0, header=_header(record)))


def data_of(table: str) -> Callable[[OpenData, Sequence[Any]], Iterator[str]]:
    """Return what writes a table of figures as an SDMX-ML 3.0 data message, block by block."""

    def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
        import pandas as pd  # noqa: PLC0415 - an extra, as pysdmx
        from pysdmx.io import write_sdmx  # noqa: PLC0415
        from pysdmx.io.format import Format  # noqa: PLC0415
        from pysdmx.io.pd import PandasDataset  # noqa: PLC0415
        from pysdmx.model import DataStructureDefinition  # noqa: PLC0415

        (structure,) = (
            one.to_schema()
            for one in _structures(record)
            if isinstance(one, DataStructureDefinition) and one.id == sdmx.id_of(table)
        )
        flow = msgspec.structs.replace(structure, context="dataflow")
        end = ""
        for block in sdmx.observations(record, table):
            data = PandasDataset(structure=flow, data=pd.DataFrame(block.to_dict(as_series=False)))
            message = str(write_sdmx(data, Format.DATA_SDMX_ML_3_0, header=_header(record)))
            head, first, rest = message.partition(_FIRST)
            rows, last, tail = rest.rpartition(_END)
            yield ("" if end else head) + first + rows
            end = last + tail
        yield end

    return write


def _structures(record: OpenData) -> Sequence[Any]:
    from pysdmx.io import read_sdmx  # noqa: PLC0415 - an extra

    return read_sdmx("".join(sdmx.write_structure(record, ())), validate=False).structures or ()


def _header(record: OpenData) -> "Header":
    from pysdmx.model import Organisation  # noqa: PLC0415 - an extra
    from pysdmx.model.message import Header  # noqa: PLC0415

    return Header(id=record.id, prepared=record.known_on, sender=Organisation(id=sdmx.SENDER))
