"""Pages about the person at the screen: coming, going, the statement, the account; and what a closed door says."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.busy import busy, is_busy
from accounts.forms import CodeForm, DutyForm, PreferencesForm, SignInForm
from accounts.handover_views import asks_first
from accounts.models import Duty, Person
from accounts.places import home_of
from accounts.signing_in import AWAITED, attempts_left, await_second_factor, awaited, seconds_locked
from accounts.waiting import begins_with, is_new_shift
from common import htmx
from common.problem_details import is_api, plain
from common.uploads import too_large


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _next(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the address that the form carries, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return redirect(htmx.own_address(request, wanted) or otherwise)


class SignIn(LoginView):
    """Signing in; afterwards the person is on duty (OB-7), and where a shift begins with something, sees that before home.

    An address that was asked for goes first: whoever follows a link to a ticket is in a hurry. Home itself is no such address.
    """

    template_name = "accounts/login.html"
    authentication_form: type[forms.Form] = SignInForm  # type: ignore[assignment]  # the second step asks for other things
    redirect_authenticated_user = True
    begins = False  # a shift, with something that waits

    def form_valid(self, form: Any) -> HttpResponse:
        if form.get_user().second_factor_at is None:
            return self.enters(form)
        await_second_factor(self.request, form.get_user())
        return redirect(f"{reverse('login-code')}?{urlencode({'next': self.get_redirect_url()})}")

    def enters(self, form: Any) -> HttpResponse:
        """Whoever proved to be this person is signed in."""
        person = form.get_user()
        self.begins = is_new_shift(person) and begins_with(person)  # asked before signing in writes its moment
        return super().form_valid(form)

    def get_success_url(self) -> str:
        asked = super().get_success_url()
        return reverse("shift") if self.begins and asked == reverse("home") else asked

    def form_invalid(self, form: Any) -> HttpResponse:
        code = str(form.data.get("username", ""))
        left = attempts_left(self.request, code) if code.isdigit() else 0
        return self.render_to_response(self.get_context_data(form=form, attempts_left=left))


@method_decorator(login_not_required, name="dispatch")
class SignInCode(SignIn):
    """The second step of signing in, for who has a second factor: the code of the phone, or one of the codes on paper."""

    template_name = "accounts/login_code.html"
    authentication_form = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and awaited(request) is None:
            return redirect(f"{reverse('login')}?{urlencode({'next': self.get_redirect_url()})}")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {name: each for name, each in kwargs.items() if name != "request"} | {"person": awaited(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        del self.request.session[AWAITED]
        return self.enters(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = self.render_to_response(self.get_context_data(form=form), status=form.status)
        if form.seconds:
            answer["Retry-After"] = str(form.seconds)
        return answer


class SignOut(LogoutView):
    """Signing out; afterwards the person is off duty. Who still holds something is asked first to whom it goes (OB-7)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return asks_first(request, "out") or super().post(request, *args, **kwargs)


def home(request: HttpRequest) -> HttpResponse:
    """To the page on which this role's day happens."""
    return redirect(home_of(_me(request)))


def statement(request: HttpRequest) -> HttpResponse:
    """The confidentiality statement, at the first sign-in (QM-3)."""
    if request.method == "POST" and request.POST.get("accept"):
        actions.sign_statement(_me(request), by=_me(request))
    if _me(request).statement_signed_at or request.method == "POST" and request.POST.get("accept"):
        return _next(request, "home")
    return render(request, "accounts/statement.html", {"next": request.GET.get("next", "")})


def me(request: HttpRequest) -> HttpResponse:
    """The account: language, colours, sound; and duty by hand (OB-7)."""
    if request.method != "POST":
        return render(request, "accounts/me.html", {"duties": Duty})
    form = DutyForm(request.POST) if "duty" in request.POST else PreferencesForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/me.html", {"form": form, "duties": Duty}, status=400)
    if isinstance(form, DutyForm):
        leaving = form.cleaned_data["duty"] == Duty.OFF
        if asked := asks_first(request, "off") if leaving else None:
            return asked
        actions.set_duty(_me(request), by=_me(request), duty=form.cleaned_data["duty"])
        htmx.toast(request, _("Status tugas disimpan."))
    else:
        actions.choose_preferences(_me(request), by=_me(request), **form.cleaned_data)
        htmx.toast(request, _("Tampilan disimpan."))
    return _next(request, "me")


def password(request: HttpRequest) -> HttpResponse:
    """A new password. The other sessions and the tokens end."""
    form = PasswordChangeForm(_me(request), request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/password.html", {"form": form}, status=400 if form.is_bound else 200)
    person = actions.change_password(_me(request), by=_me(request), password=form.cleaned_data["new_password1"])
    update_session_auth_hash(request, person)
    htmx.toast(request, _("Sandi diganti. Perangkat lain harus masuk lagi."))
    return redirect("me")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Indonesian or English, kept in a cookie and, when signed in, with the person."""
    response = _next(request, "home")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        if isinstance(request.user, Person):
            actions.choose_language(request.user, by=request.user, language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 60 * 60,
            secure=settings.BEHIND_TLS,
            httponly=True,
            samesite="Lax",
        )
    return response


def locked_out(request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """After too many wrong passwords: 429 and how long to wait, as page or problem details."""
    seconds = seconds_locked(request, str((credentials or {}).get("username", "")))
    if is_api(request):
        return plain(429, _("Terlalu banyak sandi yang salah. Tunggu, lalu coba lagi."), headers={"Retry-After": str(seconds)})
    page = render(request, "accounts/locked_out.html", {"minutes": -(-seconds // 60)}, status=429)
    page["Retry-After"] = str(seconds)
    return page


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose key is too old or missing."""
    if is_api(request):
        return plain(403, _("Kunci CSRF tidak ada atau sudah berganti."), code="csrf-failed")
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for pages and for addresses below ``/api/`` that nobody serves."""
    if is_api(request):
        return plain(404, _("Tidak ada, atau tidak untuk Anda lihat."))
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that no browser of ours makes; 413: one that is larger than what is taken."""
    if isinstance(exception, RequestDataTooBig):
        return _too_large(request)
    if is_api(request):
        return plain(400, _("Permintaan ini tidak dapat dibaca."))
    return render(request, "400.html", status=400)


def _too_large(request: HttpRequest) -> HttpResponse:
    sentence = too_large(request)
    if is_api(request):
        return plain(413, sentence)
    template = "parts/problem.html" if htmx.wants_part(request) else "413.html"
    return render(request, template, {"problem": sentence}, status=413)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised below the pages."""
    if is_api(request):
        return plain(403, _("Peran Anda tidak dapat melakukan ini."))
    return render(request, "403.html", status=403)


def our_fault(request: HttpRequest) -> HttpResponse:
    """500. The page is a plain file that asks nothing of what has just failed; 503 where the database takes nobody."""
    if is_busy():
        return busy(request)
    if is_api(request):
        return plain(500, "Kawal could not answer. The fault is ours and has been logged.")
    return render(None, "500.html", status=500)
