"""Words in names that are no part of them: what kind of thing it is, who made it, praise. All in lower case and singular."""

from __future__ import annotations

from kg.model import EntityType

# After a name: "SPARK benchmark", "Llama 3 model family", "Franka robot arm".
_METHOD = """
agent algorithm approach architecture assistant backbone baseline chatbot classifier codec compiler detector engine environment estimator
family framework function language library llm lm method mllm model module network optimiser optimizer package paradigm pipeline platform
procedure scheme series simulator software solver strategy system technique tokenizer tool toolkit vlm
"""
_DATASET = (
    "archive benchmark challenge collection corpora corpus data database dataset leaderboard repository set split suite testbed treebank"
)
_HARDWARE = """
accelerator arm board card chip cluster computer controller cpu device gpu graphics headset instance kit laptop machine manipulator
module node platform processor robot sensor server supercomputer system unit workstation
"""
HEADS: dict[EntityType, frozenset[str]] = {
    EntityType.METHOD: frozenset(_METHOD.split()),
    EntityType.DATASET: frozenset(_DATASET.split()),
    EntityType.HARDWARE: frozenset(_HARDWARE.split()),
    EntityType.ORGANISATION: frozenset({"company", "corp", "corporation", "gmbh", "inc", "llc", "ltd"}),
    EntityType.TASK: frozenset({"problem", "task"}),
}
ANY_HEAD = frozenset().union(*HEADS.values())

# Before such a word, after a name that can only be one (never at the end: "BERT large"): "CLIP vision-language model", "MuJoCo physics engine", "SQuAD test set".
_DESCRIBING = """
deep diffusion foundation generative large learning machine multi-modal multimodal neural open-source physics pre-trained pretrained
programming vision vision-language
"""
DESCRIPTIVE: dict[EntityType, frozenset[str]] = {
    EntityType.METHOD: frozenset(_DESCRIBING.split()),
    EntityType.DATASET: frozenset({"dev", "development", "evaluation", "test", "train", "training", "validation"}),
}

# Before a word for a kind of device, without being a name: "Mobile devices", "Edge servers".
NO_DEVICE = frozenset({"consumer", "edge", "embedded", "mobile", "multi", "server", "single", "smart", "wearable"})

ARTICLES = frozenset({"the", "a", "an", "our"})

# Before a name, to praise it, or to say that it is the usual one: "efficient weed detection", "vanilla LSTM".
_PRAISING = "accurate effective efficient generalisable generalizable improved"  # not "robust", "scalable", …: fields are called so
PRAISE: dict[EntityType, frozenset[str]] = {
    EntityType.TASK: frozenset(_PRAISING.split()),
    EntityType.METHOD: frozenset({"vanilla"}),
}

# Makers whose name may stand before that of their product or not ("NVIDIA A100", "OpenAI o1"), beside those of curated hardware.
_MAKING = """
alibaba amazon amd anthropic apple arm baidu deepmind facebook google huawei ibm intel meta microsoft mistral nvidia openai qualcomm
samsung tencent xilinx
"""
MAKERS = frozenset(_MAKING.split())
PRODUCTS = frozenset({EntityType.METHOD, EntityType.HARDWARE})
