import hashlib
import resource
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import NeighboursError
from embeddings.neighbours import Neighbours, train_lists

DIM = 24


def unit_rows(count, seed=0, dim=DIM):
    """Make rows of length 1, as far as half precision has it, which is what is stored."""
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def brute_force(ids, vectors, query, k):
    """Rank by the definition: inner product falling, id rising."""
    scores = vectors.astype(np.float64) @ query.astype(np.float64)
    return ids[np.lexsort((ids, -scores.round(6)))][:k].tolist()


@pytest.fixture(scope="module")
def vectors():
    return unit_rows(2000)


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(1).permutation(10_000)[:2000].astype(np.int64)


@pytest.fixture(scope="module")
def index(ids, vectors):
    return Neighbours.build(ids, vectors)


def test_it_agrees_with_brute_force(index, ids, vectors):
    queries = unit_rows(30, seed=2)
    scores, found = index.search(queries, 10)
    assert (scores.dtype, found.dtype) == (np.float32, np.int64)
    assert scores.shape == found.shape == (30, 10)
    assert (np.diff(scores, axis=1) <= 0).all()
    for at, query in enumerate(queries):
        assert found[at].tolist() == brute_force(ids, vectors, query, 10)
        np.testing.assert_allclose(scores[at], np.sort(vectors @ query)[::-1][:10], atol=1e-6)


def test_a_question_gets_the_same_bits_alone_and_in_company(index, ids):
    queries = unit_rows(30, seed=3)
    scores, found = index.search(queries, 7)
    for at in range(30):
        one_score, one_id = index.search(queries[at : at + 1], 7)
        assert np.array_equal(one_score[0], scores[at])
        assert np.array_equal(one_id[0], found[at])
    everything = index.search(queries, 7, allowed=np.ones(len(ids), np.bool_))
    assert np.array_equal(everything[0], scores)


def test_the_order_in_which_vectors_came_does_not_matter(index, ids, vectors):
    order = np.random.default_rng(4).permutation(len(ids))
    shuffled = Neighbours.build(ids[order], vectors[order])
    for ours, theirs in zip(index.search(vectors[:5], 50), shuffled.search(vectors[:5], 50), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("k", [1, 3, 40, 99, 500])
def test_ties_stand_in_the_order_of_ids_also_across_the_border(k):
    base = unit_rows(600, seed=5)
    copies = np.arange(50, 550)
    base[copies] = base[0]  # the same agency report in 500 papers
    ids = np.random.default_rng(6).permutation(5000)[:600]
    same = np.sort(np.concatenate([ids[copies], ids[:1]]))
    scores, found = Neighbours.build(ids, base).search(base[:1], k)
    assert found[0].tolist() == same[:k].tolist()
    assert len(set(scores[0].tolist())) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=40, unique=True),
    st.integers(1, 50),
    st.randoms(use_true_random=False),
)
def test_any_ids_any_k_any_filter(ids, k, random):
    numbers = np.array(ids, np.int64)
    rows = unit_rows(len(ids) // 2 + 1, seed=7)[np.array([random.randrange(len(ids) // 2 + 1) for _ in ids])]
    index = Neighbours.build(numbers, rows)
    query = rows[:1]
    _, found = index.search(query, k)
    assert found[0].tolist() == brute_force(numbers, rows, query[0], k)
    allowed = np.array([random.random() < 0.5 for _ in ids])
    _, found = index.search(query, k, allowed=allowed)
    inside = np.isin(numbers, index.ids[allowed])
    assert found[0].tolist() == brute_force(numbers[inside], rows[inside], query[0], k)


def test_only_allowed_ids_come_back_and_never_a_placeholder(index, ids, vectors):
    allowed = np.arange(len(ids)) % 3 == 0
    scores, found = index.search(vectors[:4], 5000, allowed=allowed)
    assert found.shape == (4, allowed.sum())
    assert set(found[0].tolist()) == set(np.sort(ids)[::3].tolist())
    whole_scores, whole = index.search(vectors[:1], len(ids))
    by_id = dict(zip(whole[0].tolist(), whole_scores[0].tolist(), strict=True))
    assert [by_id[number] for number in found[0].tolist()] == scores[0].tolist()


def test_nothing_allowed_finds_nothing(index, vectors):
    scores, found = index.search(vectors[:2], 5, allowed=np.zeros(len(vectors), np.bool_))
    assert scores.shape == found.shape == (2, 0)


def test_an_empty_index_finds_nothing(tmp_path):
    empty = Neighbours.build([], np.empty((0, DIM), np.float32))
    empty.save(tmp_path / "vectors.faiss")
    for index in (empty, Neighbours.load(tmp_path / "vectors.faiss")):
        assert (len(index), index.dim) == (0, DIM)
        assert index.search(unit_rows(1), 3)[1].shape == (1, 0)


def test_saved_and_loaded_it_answers_alike(index, vectors, tmp_path):
    path = tmp_path / "向量.faiss"
    size, digest = index.save(path)
    content = path.read_bytes()
    assert size == len(content)
    assert digest == hashlib.blake2b(content, digest_size=16).hexdigest()
    assert index.save(path) == (size, digest)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    loaded = Neighbours.load(path, digest=digest)
    assert (len(loaded), loaded.dim) == (2000, DIM)
    assert np.array_equal(loaded.ids, index.ids)
    for ours, theirs in zip(index.search(vectors[:9], 20), loaded.search(vectors[:9], 20), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_full_disk_leaves_the_old_file_whole(index, tmp_path):
    path = tmp_path / "vectors.faiss"
    small = Neighbours.build([1], unit_rows(1))
    _, digest = small.save(path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(NeighboursError, match="cannot be written"):
            index.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert Neighbours.load(path, digest=digest).ids.tolist() == [1]


def test_a_missing_folder_or_file_is_reported(index, tmp_path):
    with pytest.raises(NeighboursError, match="cannot be written"):
        index.save(tmp_path / "nowhere" / "vectors.faiss")
    for digest in (None, "0" * 32):
        with pytest.raises(NeighboursError, match=r"cannot be read .*rebuild it"):
            Neighbours.load(tmp_path / "vectors.faiss", digest=digest)


@pytest.mark.parametrize("keep", [0, 3, 40, 1000, -1])
def test_a_file_cut_short_is_refused(index, tmp_path, keep):
    path = tmp_path / "vectors.faiss"
    index.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(NeighboursError, match="rebuild it") as caught:
        Neighbours.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("part", [0.001, 0.5, 0.999])
def test_a_flipped_bit_is_noticed_by_the_digest(index, tmp_path, part):
    path = tmp_path / "vectors.faiss"
    _, digest = index.save(path)
    content = bytearray(path.read_bytes())
    content[int(len(content) * part)] ^= 1
    path.write_bytes(content)
    with pytest.raises(NeighboursError, match="is damaged"):
        Neighbours.load(path, digest=digest)


def test_another_kind_of_index_is_refused(tmp_path):
    import faiss

    flat = faiss.IndexFlatIP(DIM)
    for index in (flat, faiss.IndexIDMap(faiss.IndexFlatL2(DIM))):
        faiss.write_index(index, str(tmp_path / "other.faiss"))
        with pytest.raises(NeighboursError, match="expected vectors of ours"):
            Neighbours.load(tmp_path / "other.faiss")


@pytest.mark.parametrize(
    ("ids", "vectors", "complaint"),
    [
        ([1, 2], unit_rows(3), "2 ids for 3 vectors"),
        ([1, 1], unit_rows(2), "one is given twice"),
        ([1.5], unit_rows(1), "expected whole numbers"),
        ([[1]], unit_rows(1), "expected whole numbers"),
        ([1], unit_rows(1)[0], "expected \\(n, dim\\)"),
        ([1], np.empty((1, 0)), "expected \\(n, dim\\)"),
        ([1], np.full((1, DIM), np.nan), "NaN or infinity"),
    ],
)
def test_what_does_not_fit_is_refused(ids, vectors, complaint):
    with pytest.raises(NeighboursError, match=complaint):
        Neighbours.build(ids, vectors)


def test_questions_that_do_not_fit_are_refused(index):
    with pytest.raises(NeighboursError, match="same encoder"):
        index.search(unit_rows(1, dim=8), 3)
    with pytest.raises(NeighboursError, match="k is 0"):
        index.search(unit_rows(1), 0)
    with pytest.raises(NeighboursError, match="NaN or infinity"):
        index.search(np.full((1, DIM), np.inf), 3)
    with pytest.raises(NeighboursError, match="marks for 2000 vectors"):
        index.search(unit_rows(1), 3, allowed=np.ones(3, np.bool_))


def test_many_threads_may_ask_at_once(index, ids):
    queries = unit_rows(40, seed=9)
    filters = [None, np.arange(len(ids)) % 2 == 0, np.arange(len(ids)) % 5 == 0]
    alone = [index.search(queries[at : at + 1], 9, allowed=filters[at % 3])[1] for at in range(40)]
    with ThreadPoolExecutor(8) as pool:
        at_once = list(
            pool.map(lambda at: index.search(queries[at : at + 1], 9, allowed=filters[at % 3])[1], range(40))
        )
    assert all(np.array_equal(*pair) for pair in zip(alone, at_once, strict=True))


def test_what_is_added_later_is_found_as_if_it_had_been_there(ids, vectors):
    order = np.argsort(ids)
    whole, grown = Neighbours.build(ids, vectors), Neighbours.empty(DIM)
    for part in np.array_split(order, 7):
        grown.add(ids[part], vectors[part])
    for ours, theirs in zip(grown.search(vectors[:9], 20), whole.search(vectors[:9], 20), strict=True):
        assert np.array_equal(ours, theirs)
    for late in ([ids.max()], [ids.max() + 2, ids.max() + 1], [0]):
        with pytest.raises(NeighboursError, match="do not ascend"):
            grown.add(late, unit_rows(len(late)))


@pytest.fixture(scope="module")
def clustered():
    """Passages lie in bunches, as those of a newspaper do by what they are about."""
    middles = unit_rows(60, seed=10)
    rows = middles[np.arange(6000) % 60] + 0.5 * unit_rows(6000, seed=11)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def recall(found, truth):
    return np.mean([len(set(ours) & set(theirs)) / len(theirs) for ours, theirs in zip(found, truth, strict=True)])


def test_lists_find_nearly_all_and_score_alike(clustered, tmp_path):
    numbers = np.arange(6000) * 3
    exact = Neighbours.build(numbers, clustered)
    centroids = train_lists(clustered[::2], 64)
    assert np.array_equal(centroids, train_lists(clustered[::2], 64))
    Neighbours.build(numbers, clustered, centroids=centroids).save(tmp_path / "lists.faiss")
    lists = Neighbours.load(tmp_path / "lists.faiss")
    assert (exact.lists, lists.lists, len(lists)) == (0, 64, 6000)
    queries = clustered[:200]
    everywhere, truth = lists.search(queries, 10), exact.search(queries, 10)
    assert recall(everywhere[1], truth[1]) >= 0.95
    by_id = [dict(zip(*row, strict=True)) for row in zip(truth[1].tolist(), truth[0].tolist(), strict=True)]
    for row, (scores, found) in enumerate(zip(*everywhere, strict=True)):
        for score, number in zip(scores.tolist(), found.tolist(), strict=True):
            assert by_id[row].get(number, score) == score


@pytest.mark.parametrize(("part", "least"), [(0.5, 0.95), (0.12, 1), (0.01, 1)])
def test_lists_are_exact_where_few_are_allowed(clustered, part, least):
    numbers = np.arange(6000)
    allowed = np.random.default_rng(12).random(6000) < part
    exact = Neighbours.build(numbers, clustered)
    lists = Neighbours.build(numbers, clustered, centroids=train_lists(clustered, 64))
    found, truth = (index.search(clustered[:100], 10, allowed=allowed)[1] for index in (lists, exact))
    assert allowed[found].all()
    assert recall(found, truth) >= least


def test_lists_give_as_many_as_are_asked_for(clustered):
    lists = Neighbours.build(np.arange(6000), clustered, centroids=train_lists(clustered, 64))
    scores, found = lists.search(clustered[:2], 5000)
    assert found.shape == (2, 5000)
    assert (np.diff(scores, axis=1) <= 0).all()
    assert len(set(found[0].tolist())) == 5000
