"""Words that carry the rules: nouns that say what a name is, verbs that say what a paper does with it.

Chosen by reading the training abstracts; each set is one idea, in lower case.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text that is parted by white space."""
    return frozenset(text.split())


DATASET_NOUNS = words(
    "dataset datasets benchmark benchmarks corpus corpora database leaderboard leaderboards testbed testset treebank cohort "
    "challenge collection suite dev-set test-set data-set data-sets archive biobank"
)
METHOD_NOUNS = words(
    "model models algorithm algorithms framework frameworks method methods network networks architecture architectures "
    "system systems approach approaches agent agents module modules loss losses optimizer optimizers optimiser library "
    "libraries toolkit tool tools platform pipeline engine encoder encoders decoder decoders transformer transformers "
    "classifier classifiers detector detectors estimator backbone backbones policy policies planner solver solvers compiler "
    "protocol kernel kernels technique techniques strategy strategies mechanism scheme paradigm variant variants simulator "
    "software package llm llms vlm vlms mllm mllms baseline baselines assistant chatbot plugin operator layer block "
    "attention sampler scheduler tokenizer embeddings embedding adapter controller autoencoder gan vae filter"
)
TASK_NOUNS = words(
    "recognition detection segmentation classification generation estimation prediction retrieval translation summarization "
    "summarisation answering reconstruction synthesis completion forecasting navigation tracking parsing captioning "
    "localization localisation matching ranking recommendation recommendations registration inpainting editing denoising "
    "restoration enhancement super-resolution grounding understanding identification re-identification verification "
    "extraction linking disambiguation modeling modelling annotation discovery compression diagnosis prognosis inference "
    "reasoning planning manipulation imaging mapping repair screening stylization deblurring dehazing deraining "
    "colorization transcription separation simplification paraphrasing tagging clustering monitoring assessment "
    "quantification unlearning checkpointing scheduling rendering animation correction moderation mining search "
    "question-answering qa task tasks problem"
)
THING_NOUNS = DATASET_NOUNS | METHOD_NOUNS
# Last words of named data collections and of measures, in long forms such as "Apple Heart and Movement Study", "Model FLOPs Utilization".
COHORT_NOUNS = words("study cohort survey census registry biobank initiative consortium-data")
METRIC_NOUNS = words(
    "utilization utilisation rate error score accuracy ratio index distance similarity precision recall latency throughput "
    "loss-rate coefficient entropy divergence variance deviation probability gain area curve intensity frequency length "
    "time"
)
ORGANISATION_NOUNS = words(
    "university universities institute institutes college laboratory laboratories lab labs consortium hospital inc "
    "corporation corp ltd gmbh company foundation agency academy centre center school ministry society council commission "
    "organization organisation"
)

INTRODUCE_VERBS = words(
    "propose proposes proposed introduce introduces introduced present presents presented develop develops developed design "
    "designs designed build builds built construct constructs constructed create creates created establish establishes "
    "established devise devises devised release releases released curate curates curated contribute contributes contributed "
    "unveil unveils offer offers describe describes formulate formulates implement implements implemented collect collects "
    "collected compile compiled provide provides term call dub open-source open-sourced advance explore report announce "
    "named propose-d"
)
COMPARE_WORDS = words(
    "outperform outperforms outperforming outperformed surpass surpasses surpassing surpassed exceed exceeds exceeding "
    "exceeded beat beats beating than against versus vs unlike rival rivals rivaling rivalling match matches matching "
    "comparable compared baseline baselines improving-over over relative contrast competitors counterparts"
)
USE_WORDS = words(
    "use uses used using utilize utilizes utilizing utilise leverage leverages leveraging employ employs employing adopt "
    "adopts adopting apply applies applying integrate integrates integrating incorporate incorporates incorporating combine "
    "combines combining extend extends extending fine-tune fine-tunes fine-tuning fine-tuned finetune finetuned based built "
    "via with by through modify adapt adapting initialise initialized powered equip test tested evaluate evaluated analyze "
    "benchmark benchmarked"
)
TRAIN_WORDS = words(
    "train trains trained training pretrain pretrained pretraining pre-train pre-trained pre-training fine-tune fine-tuned "
    "fine-tuning finetuned finetune extract extracted extracting collect collected collecting sourced derived drawn mined "
    "crawled curated build built sampled using use uses leverage leveraging from annotated learned"
)
EVALUATE_WORDS = words(
    "evaluate evaluates evaluated evaluating evaluation evaluations experiment experiments experimental result results test "
    "tests tested testing achieve achieves achieved achieving benchmark benchmarks benchmarked performance validate "
    "validated validation outperform outperforms outperforming accuracy state-of-the-art demonstrate demonstrates show "
    "shows improve improves improvement score scores gain gains compared measured assess assessed"
)
NAMING_WORDS = words("called named dubbed termed coined namely denoted titled")

PERFORM_VERBS = words(
    "outperform outperforms achieve achieves surpass surpasses exceed exceeds obtains attains improves reduces consistently "
    "significantly substantially delivers yields"
)

# A name after one of these is not the object of "we propose …".
BREAKERS = words(
    "to based using for with on that which by from in where whose when while over via built into through under of against "
    "than as at inspired leveraging extending and outperforms outperforming improving across within between like including "
    "such because if"
)
ARTICLES = words("a an the")
STOP_WORDS = words(
    "a an the this that these those we our ours us it its their they them he she his her i you your and or but nor so yet "
    "if then else while when where which who whom whose what why how as at by for from in into of off on onto out over per "
    "to up upon via with without within about above after against along among around before behind below beneath beside "
    "between beyond during despite except inside near since through throughout toward towards under until unlike is are was "
    "were be been being am do does did done have has had having can could may might must shall should will would not no "
    "none only also however moreover furthermore additionally finally specifically further thus hence therefore here there "
    "both each every either neither some any all most more less many much few several such same other another than too very "
    "just even still already although though because whereas unless whether first second third one two three four five six "
    "seven eight nine ten e.g e.g. i.e i.e. etc etc. vs vs. et al"
)
# Adjectives and nouns with a capital that name no method, dataset or organisation by themselves.
EPONYMS = words(
    "bayesian gaussian gaussians markov markovian euclidean riemannian hamiltonian lagrangian boltzmann fourier laplace "
    "laplacian newton poisson bernoulli gibbs hilbert lipschitz nash pareto shapley turing boolean cartesian hessian "
    "jacobian hermitian english chinese french german spanish japanese korean arabic hindi russian italian portuguese dutch "
    "turkish vietnamese indonesian bengali urdu persian hebrew greek latin european american african asian indian western "
    "internet web earth mars moon january february march april may june july august september october november december "
    "monday friday covid-19 covid sars-cov-2 alzheimer parkinson dna rna mrna python java javascript c c++ rust latex"
)
