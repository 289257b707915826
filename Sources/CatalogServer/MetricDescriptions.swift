extension CatalogServer {
  /// Says what each metric of the server means.
  ///
  /// - Parameter describe: takes a metric's name and its explanation.
  public static func describeMetrics(_ describe: (_ name: String, _ help: String) -> Void) {
    for (name, help) in reads + coherence + sources + catalog + audits + requests { describe(name, help) }
  }

  /// The upper bounds of the buckets of those histograms that take other ones than the usual, in seconds.
  public static let metricBuckets: [String: [Double]] = [
    "http_request_duration_seconds": [
      0.000_025, 0.000_1, 0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10,
    ],
    // Up to the staleness bound in detail, and up to the stale limit of an hour.
    "model_cache_age_at_serve_seconds": [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600],
    "model_cache_propagation_seconds": [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 300],
    "model_cache_load_duration_seconds": [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  ]

  private static let reads = [
    ("model_cache_hits_total", "Reads answered by what was held, by view and by the tier that it came from."),
    ("model_cache_misses_total", "Reads that had to be derived or loaded, by view."),
    ("model_cache_stale_hits_total", "Hits that were marked stale, by view."),
    ("model_cache_invalidations_total", "Invalidations by name that this worker made, by view."),
    ("model_cache_sets_total", "Values kept: prepared answers (local) and parts shared with the fleet (redis)."),
    ("model_cache_size_bytes", "Bytes held: prepared answers, and the encoded records of the catalog."),
    ("model_cache_answers", "Prepared answers held."),
    ("model_cache_ttl_seconds", "How long a view counts as fresh although nothing changed."),
  ]

  private static let coherence = [
    (
      "model_cache_age_at_serve_seconds",
      "Time since the version of what was served was confirmed, by view, for reads answered by what was held."
    ),
    (
      "model_cache_served_past_bound_total",
      "Reads served as fresh although their version had not been confirmed within the bound; must stay 0."
    ),
    (
      "model_cache_propagation_seconds",
      "Time from a change in the database, by its clock, until readers of this worker got it."
    ),
    ("model_cache_unconfirmed_seconds", "Time since the version that is held was last confirmed."),
    (
      "model_cache_breaker_state",
      "What the circuit breaker lets through to Redis: 0 everything (closed), 1 a probe (half open), 2 nothing (open)."
    ),
    ("model_cache_redis_recoveries_total", "How often Redis answered again after the breaker had opened."),
    (
      "model_cache_lease_wait_seconds",
      "Time from asking for the lease to load until it was granted or its holder had loaded what was wanted."
    ),
    (
      "model_cache_fills_refused_total",
      "What was not taken into the cache: older than what is held (older), or damaged (rejected)."
    ),
  ]

  private static let sources = [
    ("model_cache_check_duration_seconds", "How long Redis or the database took to say whether anything changed."),
    ("model_cache_load_duration_seconds", "How long Redis or the database took to give parts of the catalog."),
    ("model_cache_parts_loaded_total", "Parts (catalogs of one provider) got from Redis or the database."),
    ("model_cache_rows_loaded_total", "Offers in the parts got from Redis or the database."),
    ("model_cache_build_duration_seconds", "How long it took to derive what is served from parts, once per version."),
    ("model_cache_errors_total", "Questions to Redis or the database that failed or took too long."),
  ]

  private static let catalog = [
    ("model_catalog_offers", "Offers in the catalog that is held."),
    ("model_catalog_unique_models", "Models across providers in the catalog that is held."),
    ("model_catalog_providers", "Providers with offers in the catalog that is held."),
  ]

  private static let audits = [
    ("model_cache_audits_total", "Audits: comparisons of what is served with the database and Redis."),
    ("model_cache_audit_views", "Views in the last audit, by what was found."),
    (
      "model_cache_audit_different_total",
      "Views that audits found to have the revision of the database and other content."
    ),
    (
      "model_cache_audit_past_bound_total",
      "Views that audits found served as fresh although something newer was committed longer ago than the bound."
    ),
    ("model_cache_audit_behind_seconds", "For how long the oldest view of the last audit has been behind."),
  ]

  private static let requests = [
    ("http_requests_total", "Requests answered, by what they asked for and by status."),
    (
      "http_request_duration_seconds",
      "Time to answer a request, by what it asked for and by whether the answer was ready in memory (cached)."
    ),
    ("http_response_body_bytes_total", "Bytes of response bodies."),
  ]
}
