"""What sites say around their articles, and what articles say that only sounds like it."""

import time

import pytest

from pipeline.clean.boilerplate import LONGEST, is_boilerplate, kind_of_boilerplate


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Your support makes this possible", "support"),
        ("We are a small newsroom without a paywall. Your donation keeps our reporters on the ground.", "support"),
        ("Guter Journalismus kostet Geld. Unterstützen Sie uns mit Ihrem Abonnement und lesen Sie weiter.", "support"),
        ("Votre soutien est indispensable : faites un don à notre rédaction.", "support"),
        ("Sign up to our evening newsletter", "newsletter"),
        ("Get the day's top stories straight to your inbox", "newsletter"),
        ("Jetzt den Newsletter abonnieren", "newsletter"),
        ("Stay up to date with notifications from The Harbour Post", "notification"),
        ("Read more:", "teaser"),
        ("READ MORE: Ferry workers walk out again", "teaser"),
        ("Lesen Sie auch: Streik am Hafen geht weiter", "teaser"),
        ("Lire aussi : La grève du port continue", "teaser"),
        ("Join our commenting forum", "comments"),
        ("12 Comments", "comments"),
        ("Share this article", "share"),
        ("Facebook | Twitter | WhatsApp | Email", "share"),
        ("© 2024 The Harbour Post. All rights reserved.", "copyright"),
        ("We use cookies to improve our site", "cookies"),
        ("Thank you for registering", "login"),
        ("Most read", "related"),
        ("Meistgelesen in Wirtschaft", "related"),
        ("Advertisement", "advertisement"),
        ("Listen to this article (4 min)", "player"),
        ("5 min read", "player"),
        ("Soutenez une presse locale indépendante. Faites un don, déductible des impôts à 66 %.", "support"),
        ("Unterstützen Sie unabhängigen Journalismus mit einer Spende.", "support"),
        ("Apoye el periodismo independiente. Haga una donación hoy.", "support"),
        ("Sostieni il giornalismo indipendente: dona ora.", "support"),
        ("Steun onafhankelijke journalistiek. Word vandaag nog lid.", "support"),
        ("Assine a newsletter e receba as notícias da manhã.", "newsletter"),
        ("Suscríbase para leer más", "newsletter"),
        ("Folgen Sie uns auf WhatsApp und verpassen Sie keine Nachricht aus der Stadt.", "share"),
        ("Síganos en Instagram", "share"),
        ("Envoyer par e-mail", "share"),
        ("Offrir l’article", "share"),
        ("Die Kommentare sind für diesen Artikel geschlossen.", "navigation"),
        ("Les commentaires sont fermés.", "navigation"),
    ],
)
def test_the_sites_own(text: str, kind: str) -> None:
    assert kind_of_boilerplate(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "The newspaper asked its readers for donations last year, and 40,000 of them became members, its editor said.",
        "“We need your support,” the mayor told the crowd, “and we will not rest until the bridge is open.”",
        "Support for the bill fell to 40 per cent.",
        "Share prices fell sharply on Monday as traders digested the report.",
        "The company's newsletter, sent to staff on Friday, did not mention the layoffs.",
        "US officials said that the donation came from a foundation.",
        "Related companies were also hit, analysts said.",
        "Watch makers in Geneva reported their best year since the war.",
        "Subscribers fled to rivals after the price rise, the company told investors.",
        "By then we had walked for nine hours, and your father was waiting at the gate with the dog.",
        "Die Spende ging an das Krankenhaus, teilte die Stiftung mit.",
        "Follow-up talks are planned for March.",
        "Comments by the minister drew criticism from farmers.",
        "More than 300 people were moved to safety overnight.",
        "Read in parliament on Tuesday, the letter accuses the ministry of delay.",
        "Live music returned to the square for the first time in two years.",
        "Email traffic between the two men shows that they knew.",
        "Home to 40,000 people, the town has no station.",
        "La presse locale a reçu des dons du département, selon la préfecture.",
        "Die Werft verlor ihren größten Kunden, und die Spenden reichten nicht für ihre Rettung.",
        "Partager la route avec les cyclistes reste difficile, constate le maire de la ville.",
        "Kommentare zum Haushalt kamen auch von der Opposition.",
        "Apoiadores do governo",
        "Abbonati in calo",
        "Compartir con los vecinos",
        "Condividi et impera",
        "Os donos de casas nos subúrbios pagaram por suas assinaturas, segundo a prefeitura.",
    ],
)
def test_the_articles_own(text: str) -> None:
    assert kind_of_boilerplate(text) is None


def test_it_is_bounded() -> None:
    before = time.process_time()
    for piece in ("we ", "“", "share ", "read more ", "you our us ", "(", "\u00a0"):
        is_boilerplate(piece * 200_000)
        kind_of_boilerplate((piece * LONGEST)[:LONGEST])
    assert time.process_time() - before < 1.0
