"""Values of another type than they should be. Pure."""

from decimal import Decimal
from typing import Any

from ..messages import quoted
from ..reasons import Reason, broken, shortened
from ..tax_ids import compact, is_cnpj, is_cpf
from . import extended
from .names import folded
from .shown import MOST, digits, shown

# A name as NF-e, and files made after it, have it in an object.
_NAMES = {"nome", "xnome", "razaosocial", "name"}


def text(value: Any) -> Reason:
    """For what is no string."""
    if isinstance(value, Decimal):
        wanted = digits(value) or str(value)
        known = {"hint": "string_number", "wanted": wanted} if len(wanted) <= MOST else {"hint": "string"}
        return broken("type", found=shown(value), **known)
    if (content := extended.inside(value)) is not None:
        return extended.reason(value, quoted(content) if isinstance(content, str) and _is_plain(content) else None)
    if isinstance(value, dict):
        parts = [member for name, member in value.items() if folded(name) in _NAMES]
    else:
        parts = value if isinstance(value, list) else []
    if len(parts) == 1 and isinstance(parts[0], str) and _is_plain(parts[0]):
        return broken("type", hint="string_alone", found=shown(value), wanted=parts[0])
    return broken("type", hint="string", found=shown(value))


def lines(value: Any) -> Reason:
    """For what is no array of lines."""
    if isinstance(value, dict):
        held = [name for name, member in value.items() if isinstance(member, list)]
        if len(held) == 1:
            return broken("type", hint="array_inside", found=shown(value), name=shortened(held[0]))
        if value and all(isinstance(member, dict) for member in value.values()):
            return broken("type", hint="array_of_values", found=shown(next(iter(value.values()))))
        return broken("type", hint="array_object", found=shown(value))
    return broken("type", hint="array_text" if _is_json(value) else "array", found=shown(value))


def party(value: Any) -> Reason:
    """For what is no object with a party's members."""
    if isinstance(value, str) and value.strip() and not _is_json(value):
        tax_id = compact(value)
        name = "cnpj" if is_cnpj(tax_id) else "cpf" if is_cpf(tax_id) else "nome"
        return broken("type", hint="object_text", found=shown(value), wanted=shown({name: value}))
    return object_(value)


def object_(value: Any) -> Reason:
    """For what is no object."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return broken("type", hint="object_alone", found=shown(value), wanted=shown(value[0]))
    return broken("type", hint="object_json" if _is_json(value) else "object", found=shown(value))


def _is_plain(text: str) -> bool:
    """Whether a text can stand in a message as it is, and be written as it stands there."""
    return 0 < len(text) <= MOST and text.isprintable() and text == text.strip()


def _is_json(value: Any) -> bool:
    """Whether a string seems to hold an object or array as JSON."""
    return isinstance(value, str) and value.strip()[:1] in ("{", "[") and value.strip()[-1:] in ("}", "]")
