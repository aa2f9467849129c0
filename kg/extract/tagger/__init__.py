"""The trained tagger at run time: text in, label probabilities and vectors per word out; numpy, tokenizers and onnxruntime only."""
