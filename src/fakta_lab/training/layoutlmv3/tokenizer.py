"""The model's own tokenizer: byte-level BPE over what stands on generated invoices.

Case and digits are normalised away: "12 450,00" and "98 121,75" are the same tokens, because the shape of a number is
what a model should learn, and the field parsers check which number it is. All of it is inside `tokenizer.json`.
"""

from __future__ import annotations

from collections.abc import Iterable

SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def train_tokenizer(words: Iterable[str], *, vocabulary: int) -> str:
    """The JSON text of a tokenizer learned from words.

    Args:
        words: with repetitions; how often a word comes decides what becomes one token.
        vocabulary: number of tokens, the 256 bytes and the special tokens included.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\p{Nd}"), "0")]
    )
    # Letters apart from the rest: "Fakturanr:" and "Fakturanr" share a token, while "00.000,00" can become one.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[\p{L}\p{M}]+"), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        words,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    begin, end = (SPECIAL_TOKENS.index(token) for token in ("<s>", "</s>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", begin), ("</s>", end)]
    )
    return str(tokenizer.to_str())
