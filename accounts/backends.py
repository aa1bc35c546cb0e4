"""How a session finds its person."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import Person


class People(ModelBackend):
    """The person with team and site in one query, because every page needs them. A deactivated person's session ends here."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("team__site").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
