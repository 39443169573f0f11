"""Donut's own tokenizer: byte-level BPE that writes every text there is, exactly.

Nothing is normalised, since the values have to be written as they are, and every digit is a token of its own, since
numbers have to be copied digit by digit. All of it is inside `tokenizer.json`.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakta.donut.sequence import BASE_TOKENS, special_tokens
from fakta.schema import Schema


def train_donut_tokenizer(texts: Iterable[str], schema: Schema, *, vocabulary: int) -> str:
    """The JSON text of a tokenizer with the schema's special tokens.

    Args:
        texts: values in canonical form, with repetitions.
        schema: what its prompt and tags are made from.
        vocabulary: most tokens, the 256 bytes and all special tokens included.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=[*BASE_TOKENS, *special_tokens(schema)],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return str(tokenizer.to_str())


def with_schema(tokenizer_json: str, schema: Schema) -> str:
    """The JSON text of a tokenizer that knows the schema's special tokens too, behind those that it has.

    Args:
        tokenizer_json: of a checkpoint to start from; it keeps the numbers of its tokens.
        schema: to be learned.
    """
    from tokenizers import AddedToken, Tokenizer

    tokenizer = Tokenizer.from_str(tokenizer_json)
    missing = [token for token in special_tokens(schema) if tokenizer.token_to_id(token) is None]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in missing])
    return str(tokenizer.to_str())
