public import TieredCaching

extension CacheReport {
  /// Writes the counts of this worker, and of the fleet below `fleet`.
  public func writeMembers(to json: inout JSONWriter) {
    worker.writeMembers(to: &json)
    json.member("fleet_failure", fleetFailure)
    json.name("fleet")
    guard let fleet else { return json.null() }
    json.object { json in
      fleet.statistics.writeMembers(to: &json)
      json.name("workers")
      json.array { json in
        for worker in fleet.workers {
          json.object { json in
            json.member("id", worker.id)
            json.member("catalog_version", worker.version)
            json.member("fresh", worker.isFresh)
            json.name("audit")
            if let audit = worker.audit { json.object { audit.writeMembers(to: &$0) } } else { json.null() }
          }
        }
      }
    }
  }
}

extension AuditSummary {
  /// Writes how many views each finding was made of, and how long the oldest has been behind.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("consistent", isConsistent)
    json.member("views", views)
    for finding in Finding.allCases {
      json.name(dynamic: finding.rawValue)
      json.value(self[finding])
    }
    json.member("longest_behind_milliseconds", Int(longestBehind / .milliseconds(1)))
  }
}

extension Publication {
  /// Writes the version from which on everything is clean, and whether the other workers were told.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("catalog_version", version)
    json.member("clean_from_version", version)
    json.member("workers_told", isShared)
  }
}

extension CacheStatus {
  /// Writes what is cached where.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("catalog_version", coherence.manifest?.version)
    json.member("database_version", databaseVersion)
    json.member("database_failure", databaseFailure)
    json.member("redis_failure", sharedFailure)
    json.member("redis_breaker", coherence.breaker.rawValue)
    json.member("confirmed_milliseconds_ago", coherence.manifest.map { _ in coherence.age.wholeMilliseconds })
    json.member("last_failure", coherence.lastFailure)
    json.name("views")
    json.array { json in
      for view in views {
        json.object { json in write(view, to: &json) }
      }
    }
  }

  private func write(_ status: ViewStatus, to json: inout JSONWriter) {
    json.member("view", status.view.kind)
    if case .gateway(let slug) = status.view { json.member("gateway", slug.text) }
    json.member("tier", status.held != nil ? "local" : status.shared != nil ? "redis" : nil)
    json.member("version", status.held)
    json.member("database_version", status.database)
    json.member("current", status.isCurrent)
    json.member("size_bytes", status.bytes)
    json.member("ttl_seconds", status.held.map { _ in max(0, coherence.timeToLive.wholeMilliseconds / 1_000) })
    json.member("hits", status.count.hits)
    json.member("misses", status.count.misses)
    json.name("hit_rate_percent")
    if let rate = status.count.hitRatePercent { json.raw(String(rate).utf8) } else { json.null() }
    json.name("redis")
    guard let shared = status.shared else { return json.null() }
    json.object { json in
      json.member("key", shared.key)
      json.member("version", shared.label)
      json.member("size_bytes", shared.bytes)
      json.member("age_seconds", shared.age.wholeMilliseconds / 1_000)
      json.member("ttl_seconds", shared.freshFor.wholeMilliseconds / 1_000)
    }
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int { Int(self / .milliseconds(1)) }
}
