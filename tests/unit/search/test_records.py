"""Files of written queries."""

import pytest

from onestop.search.records import (
    SearchableProcedure,
    UnreadableQueries,
    read_queries,
    read_query_folder,
    resolve_codes,
)


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_writer_is_the_folder_and_codes_keep_their_order(tmp_path):
    write(tmp_path, "a/part1.tsv", "con mới sanh\t1.001193,2.000986\n\nnuôi rồng\tnone\n")
    first, second = read_query_folder(tmp_path)
    assert (first.writer, first.codes) == ("a", ("1.001193", "2.000986"))
    assert second.codes == ()


def test_name_stands_for_a_missing_code_even_with_commas_in_it(tmp_path):
    write(tmp_path, "a/part1.tsv", "bán rượu\tname:Bán lẻ rượu, bia\n")
    procedure = SearchableProcedure("0.000001", "Bán lẻ rượu, bia")
    (query,) = resolve_codes(read_query_folder(tmp_path), [procedure])
    assert query.codes == ("0.000001",)


def test_query_for_a_procedure_that_is_not_loaded_is_left_out(tmp_path):
    write(tmp_path, "a/part1.tsv", "con mới sanh\t1.001193\n")
    assert resolve_codes(read_query_folder(tmp_path), [SearchableProcedure("1.000001", "Khác")]) == []


def test_broken_line_is_named_without_its_text(tmp_path):
    write(tmp_path, "a/part1.tsv", "con mới sanh 1.001193\n")
    with pytest.raises(UnreadableQueries) as error:
        read_query_folder(tmp_path)
    assert "part1.tsv, line 1" in str(error.value)
    assert "sanh" not in str(error.value)


@pytest.mark.parametrize("codes", ["1.001193,2.000986", "1.001193; 2.000986", "1.001193|2.000986", "1.001193 2.000986"])
def test_codes_may_stand_between_any_marks_and_broken_lines_are_gathered(tmp_path, codes):
    file = tmp_path / "mine.tsv"
    file.write_bytes(f"\ufeffcon mới sanh\t{codes}\r\n\r\nkhông có mã\r\nnuôi rồng\tNone\r\n".encode())
    problems: list[str] = []
    first, second = read_queries(file, problems=problems)
    assert (first.text, first.codes) == ("con mới sanh", ("1.001193", "2.000986"))
    assert second.codes == ()
    assert problems == ["mine.tsv, line 3: expected query<TAB>code"]
