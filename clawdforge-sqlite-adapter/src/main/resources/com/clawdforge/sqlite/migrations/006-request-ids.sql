-- Apps look for the run of a request whose answer was lost on its way.

CREATE INDEX runs_request ON runs (token_id, request_id);
