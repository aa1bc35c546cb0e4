"""What asking who I am costs; the token brings team and site along."""


def test_who_am_i_by_token(agent, api, query_count):
    program = api(agent)
    with query_count("GET /api/v1/me/"):
        program.get("/api/v1/me/")


def test_setting_duty(agent, api, query_count):
    program = api(agent)
    with query_count("POST /api/v1/me/duty/"):
        program.post("/api/v1/me/duty/", {"duty": "on_break"})


def test_the_same_key_again(agent, api, query_count):
    program = api(agent)
    ask = ("/api/v1/me/duty/", {"duty": "on_break"})
    program.post(*ask, headers={"Idempotency-Key": "one"})
    with query_count("POST with a key, again"):
        program.post(*ask, headers={"Idempotency-Key": "one"})
