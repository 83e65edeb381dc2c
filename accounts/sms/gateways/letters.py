from __future__ import annotations

import smtplib
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.sealing import keyed_digest
from accounts.sms.gateways.base import GatewayRefused, GatewayUnreachable, Handed, Outgoing

# A mail server that hangs must not take a worker's threads from the codes.
_AT_ONCE = BoundedSemaphore(3)
WAITS = 1.0  # seconds, for one of the places above
FOR_GOOD = 500  # SMTP: from here on the answer stays the same


class LetterGateway:
    """Through the mail server of EMAIL_URL; in demo mode into files. `to` is an address, the first line the subject.

    A repeat has the same Message-ID, by which mailboxes know it.
    """

    # A letter twice has one Message-ID.
    takes_reference_once = False

    def send(self, message: Outgoing) -> Handed:
        letter = _written(message)
        if not _AT_ONCE.acquire(timeout=WAITS):
            raise GatewayUnreachable("mail_busy")
        try:
            _hand_over(letter)
        finally:
            _AT_ONCE.release()
        return Handed()  # a mail server says that it took a letter, not that it arrived


def _written(message: Outgoing) -> EmailMessage:
    subject, _, body = message.text.partition("\n")
    name = keyed_digest(str(message.reference), purpose="letter")[:32]
    headers = {
        "Message-ID": f"<{name}@{urlsplit(settings.PORTAL_ORIGIN).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body.lstrip("\n"), to=[message.to], headers=headers)


def _hand_over(letter: EmailMessage) -> None:
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        [(code, _words)] = refusal.recipients.values()
        raise (GatewayRefused if code >= FOR_GOOD else GatewayUnreachable)(f"smtp_{code}") from refusal
    except smtplib.SMTPResponseException as error:
        raise GatewayUnreachable(f"smtp_{error.smtp_code}") from error
    except OSError as error:  # of the network, and smtplib's others
        raise GatewayUnreachable("mail_unreachable") from error
    except ValueError as error:  # what Django cannot write into a header
        raise GatewayRefused("bad_address") from error
