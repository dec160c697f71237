"""What the secretariat of the demo writes for an edition: how to enter, and a letter to copy."""

from competitions.actions.articles import ArticleText, Place, create_article, publish_article
from competitions.actions.contest_files import Incoming
from competitions.models import Edition
from competitions.models.article import ArticleKind
from sinovik.management.world.stagehands import World

TEMPLATE = "Contoh surat pernyataan (simulasi).pdf"
GUIDELINE = ArticleText(
    "Petunjuk pendaftaran (simulasi)",
    """\
Dokumen ini ditulis untuk dunia contoh SINOVIK dan bukan aturan resmi.

# Sebelum mulai

1. Pastikan unit Anda sudah punya akun. Admin instansi yang membuatnya.
2. Siapkan ringkasan, data sebelum dan sesudah, dan surat pernyataan pimpinan.

# Mengirim proposal

Unit menulis proposal, lalu **admin instansi** memeriksa dan mengajukannya. Yang belum diajukan \
admin saat pendaftaran ditutup tidak ikut edisi ini.

# Setelah pendaftaran ditutup

Hasil tiap tahap diumumkan pada waktu yang tertulis di jadwal. Instansi dapat menyanggah daftar \
sementara selama masa sanggah.
""",
    "How to enter (simulated)",
    """\
This document was written for SINOVIK's demonstration and is no official rule.

# Before you start

1. See that your unit has an account. The agency's administrator opens it.
2. Have the summary, figures before and after, and the statement of your head at hand.

# Submitting a proposal

The unit writes the proposal; the **agency's administrator** checks and submits it. What has not \
been submitted when registration closes takes no part in this edition.

# After registration has closed

The result of each stage is announced at the time that the schedule gives. Agencies may object \
to a provisional list while its objection window is open.
""",
)
LETTER = ArticleText(
    "Contoh surat pernyataan (simulasi)",
    "Surat pernyataan pimpinan diunggah bersama proposal. Salin isinya ke kertas berkop instansi "
    "Anda, lalu tanda tangani.",
    "Specimen of the statement (simulated)",
    "The statement of the agency's head is uploaded with the proposal. Copy it to your agency's "
    "letterhead and sign it.",
)


def write_guidelines(world: World, edition: Edition) -> None:
    """Two documents of an edition, public at once; the second brings its file."""
    officer = world.accounts["petugas"]
    octets = world.papers.letter.path.read_bytes()
    letter = Incoming(TEMPLATE, len(octets), [octets])
    for text, file in ((GUIDELINE, None), (LETTER, letter)):
        place = Place(ArticleKind.DOCUMENT, edition=edition)
        row = create_article(by=officer, place=place, text=text, incoming=file)
        publish_article(by=officer, article=row)
