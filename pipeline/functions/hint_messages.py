"""The sentences of reasons that say what a value seems to be, and what to write instead. See `messages`."""

HINTS = {
    "type.null": "is null, but a value is required",
    "type.string": "is {found}, not a string in double quotes",
    "type.string_number": "is the number {found}; put it in quotes: {wanted!j}",
    "type.string_zeros": "is the number {found}, without the zeros it begins with; write {wanted!j}",
    "type.string_alone": "is {found}, not a string; write {wanted!j} alone",
    "type.extended": "is {found}, as MongoDB exports values; write the value in it, without its name",
    "type.extended_written": "is {found}, as MongoDB exports values; write {wanted}",
    "type.key_digits_lost": "is the number {found}, which may have lost digits; write the 44 positions in quotes",
    "type.number_cpf": "is the number {found}, which is a CPF; put it under cpf, in quotes",
    "type.number_cnpj": "is the number {found}, which is a CNPJ; put it under cnpj, in quotes",
    "type.date": 'is {found}, not a date in a string such as "2025-10-03"',
    "type.date_digits": "is the number {found}; write {wanted!j}, in quotes and with dashes",
    "type.date_days": "is the number {found}, which seems to be a spreadsheet's count of days; write {wanted!j}",
    "type.array": "is {found}, not an array",
    "type.array_object": "is one object, but one line is still an array; write [{found}]",
    "type.array_of_values": "is an object that holds objects, not an array; write [{found}, …]",
    "type.array_inside": "is {found}, not an array; write what its {name!j} holds",
    "type.array_text": "is {found}, a string that holds JSON; write it without the quotes around it",
    "type.object": "is {found}, not an object",
    "type.object_alone": "is an array; write its one object without the brackets: {wanted}",
    "type.object_json": "is {found}, a string that holds JSON; write it without the quotes around it",
    "type.object_text": "is {found}, not an object; write {wanted}",
    "type.amount": 'is {found}, neither a number nor a string of digits such as "1500.00"',
    "type.amount_empty": "is {found!j}; write a number such as 1500.00",
    "type.amount_none": "is {found!j}; write a number, or null where there is none",
    "type.amount_negative": "is {found!j}, but an amount is 0 or more; write {wanted} if that is meant",
    "type.amount_negative_two": "is {found!j}, but an amount is 0 or more; write {one} or {other}, as a number without "
    "quotes, if one of them is meant",
    "type.amount_beyond": "is {found}, but an amount has at most 13 digits before the point and 2 after it",
    "type.amount_written": "is {found!j}; write {wanted}",
    "ambiguous": "is {found!j}, which is {one} to one reader and {other} to another; write the one that is meant as a "
    "number, without quotes",
    "missing.near": "is required; {found!j} stands there: call it {wanted!j}",
    "missing.like": "is required; if {found!j} is meant, call it {wanted!j}",
    "missing.others": "is required; what stands there, and is not known, is {names}",
    "date_format": 'is {found!j}, neither a date such as "2025-10-03" nor a time with offset such as '
    '"2025-10-03T14:30:00-03:00"',
    "date_format.empty": 'is {found!j}; write a date such as "2025-10-03"',
    "date_format.form": "is {found!j}; write {wanted!j}",
    "date_format.order": "is {found!j}, where the year does not come first; write {wanted!j}",
    "date_format.dashes": "is {found!j}, without dashes between year, month and day; write {wanted!j}",
    "date_format.digits": "is {found!j}, without dashes between year, month and day; write {wanted!j}",
    "date_format.zeros": "is {found!j}, where month or day lacks a zero before it; write {wanted!j}",
    "date_format.two": "is {found!j}; write {one!j} if the day comes first, {other!j} if the month does",
    "date_format.two_no_offset": "is {found!j}, without an offset; write {one!j} if the day comes first, {other!j} if "
    "the month does, and with another offset if that is not Brasília's time",
    "date_format.unclear": "is {found!j}, where day, month and year cannot be told apart; write it as YYYY-MM-DD",
    "date_format.no_day": "is {found!j}, which lacks the day; write it as YYYY-MM-DD",
    "date_format.no_such_day": "is {found!j}, which is no day of the calendar; write it as YYYY-MM-DD",
    "date_format.no_time": "is {found!j}, with a time of day or an offset that does not exist",
    "date_format.no_offset": "is {found!j}, without an offset; write {wanted!j} if that is Brasília's time, or {day!j} "
    "alone",
    "date_format.no_offset_t": "is {found!j}, with no T before the time, and without an offset; write {wanted!j} if "
    "that is Brasília's time, or {day!j} alone",
    "date_format.no_offset_seconds": "is {found!j}, without seconds and offset; write {wanted!j} if that is Brasília's "
    "time, or {day!j} alone",
    "date_format.no_t": "is {found!j}, with no T before the time; write {wanted!j}",
    "date_format.no_seconds": "is {found!j}, without seconds; write {wanted!j}",
    "date_format.no_colon": "is {found!j}, without the colon in its offset; write {wanted!j}",
    "date_format.no_minutes": "is {found!j}, without the minutes of its offset; write {wanted!j}",
    "date_format.no_z": "is {found!j}; an offset is Z, or hours and minutes: write {wanted!j}",
    "date_format.no_fraction": "is {found!j}, with more than 9 digits after the second; write {wanted!j}",
    "date_format.days": "is {found!j}, which seems to be a spreadsheet's count of days; write {wanted!j}",
    "date.year": "is {found!j}; years begin at 0001",
    "date.month": "is {found!j}; there is no month {month}",
    "date.swapped": "is {found!j}; there is no month {month}: write {wanted!j} if day and month are swapped",
    "date.day": "is {found!j}; {month} has days 01 to {last}",
    "time.midnight": "is {found!j}; midnight begins the next day: write {wanted!j}",
    "time.leap": "is {found!j}; only the last minute of a day in UTC can have a second 60",
    "time.range": "is {found!j}; hours go to 23, minutes and seconds to 59, in an offset too",
    "access_key.positions": "has {found} positions; an access key has 44",
    "access_key.digits_lost": "is {found!j}, as spreadsheets write long numbers, and has lost digits; take the 44 "
    "positions from the NF-e",
    "access_key.digit": "has {found!j} at position {at}, where a digit belongs",
    "access_key.letter": "has {found!j} at position {at}, where a digit or one of A-Z belongs",
    "access_key.small": "has small letters; write {wanted!j}",
    "access_key.more": "holds {extra!j}, which is too much; write {wanted!j}",
    "access_key.check_digit": "holds {extra!j}, which is too much, and ends in {found}; the check digit is {wanted}",
}

# Tax ids, by the name of their member, and the other one's.
for _name, _other, _positions in (("cnpj", "cpf", 14), ("cpf", "cnpj", 11)):
    HINTS |= {
        f"{_name}.{_other}": f"is {{found!j}}, which is a {_other.upper()}; put it under {_other}",
        f"{_name}.none": f"is {{found!j}}, not a {_name.upper()}; where there is none, write null",
        f"{_name}.masked": "is {found!j}, with positions hidden; "
        f"write all {_positions}, or null if they are not known",
        f"{_name}.digits_lost": "is {found!j}, as spreadsheets write long numbers, and has lost digits; "
        f"take all {_positions} from the invoice",
        f"type.{_name}_digits_lost": "is the number {found}, as spreadsheets write long numbers, and has lost digits; "
        f"take all {_positions} from the invoice, and write them in quotes",
        f"{_name}.zero": f"is {{found!j}}; where there is no {_name.upper()}, write null",
        f"{_name}.zeros": "is {found!j}, without the zeros it begins with; write {wanted!j}",
        f"{_name}.written": "is {found!j}; write {wanted!j}",
        f"{_name}.digits": "is {found!j}, which ends in {wrong}; the check digits of what stands before it are {right}",
        f"{_name}.positions": f"is {{found!j}}, of length {{positions}}; a {_name.upper()} has {_positions} positions",
    }

# What a number may count since 1970, alone or in a string.
for _unit in ("seconds", "milliseconds", "microseconds", "nanoseconds"):
    HINTS |= {
        f"type.date_{_unit}": f"is the number {{found}}, which seems to be {_unit} since 1970; write {{wanted!j}}",
        f"date_format.{_unit}": f"is {{found!j}}, which seems to be {_unit} since 1970; write {{wanted!j}}",
    }
