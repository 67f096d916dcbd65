"""Variables of other people that once steered a library beneath the monitor, or may.

``WRONG`` holds values that break or change something in whatever reads them; what a process needs of this machine is
not among them.
"""

WRONG = {
    # dbt: which tests run, against what, and where everything lies.
    "DBT_RESOURCE_TYPES": "model seed",
    "DBT_EXCLUDE_RESOURCE_TYPES": "test",
    "DBT_FULL_REFRESH": "1",
    "DBT_TARGET": "elders",
    "DBT_WARN_ERROR": "1",
    "DBT_STATE": "/missing",
    "DBT_PROFILES_DIR": "/missing",
    "DBT_PROJECT_DIR": "/missing",
    "DBT_ENGINE_SQLPARSE": "{}",
    # Dagster: numbers that are none, and modules that are not there.
    "DAGSTER_EVENT_BATCH_SIZE": "x",
    "DAGSTER_EVENT_ERROR_FIELD_SIZE_LIMIT": "x",
    "DAGSTER_DEFAULT_IO_MANAGER_MODULE": "missing",
    "DAGSTER_DEFAULT_IO_MANAGER_ATTRIBUTE": "missing",
    # What computes and checks.
    "GX_CLOUD_ACCESS_TOKEN": "x",
    "GX_HOME": "/missing",
    "POLARS_FORCE_PKG": "missing",
    "POLARS_MAX_THREADS": "x",
    "POLARS_ENGINE_AFFINITY": "gpu",
    "PYDANTIC_DISABLE_PLUGINS": "x",
    "PANDAS_COPY_ON_WRITE": "warn",
    "PANDAS_FUTURE_INFER_STRING": "1",
    "OMP_NUM_THREADS": "x",
    # What serves the recording, and what asks it.
    "WEB_CONCURRENCY": "x",
    "FORWARDED_ALLOW_IPS": "x",
    "SSLKEYLOGFILE": "/missing/keys",
    "SSL_CERT_FILE": "/missing",
    "ALL_PROXY": "socks5://127.0.0.1:1",
    "HTTP_PROXY": "garbage:port",
    "http_proxy": "socks4://x",
    "NO_PROXY": "[::1],fe80::/10",
    # Python itself.
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2",
    "PYTHONHASHSEED": "7",
    "TZ": "Asia/Kolkata",
    "LANG": "tr_TR.UTF-8",
}
# What is meant, also for a child: of the machine, and made by Python before we come to it.
MEANT = {"PYTHONHASHSEED", "TZ", "LANG"}
