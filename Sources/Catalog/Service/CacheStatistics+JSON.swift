public import TieredCaching

extension CacheStatistics {
  /// Writes `total_requests`, `hit_rate_percent` and every count.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("total_requests", totalRequests)
    json.name("hit_rate_percent")
    json.raw(String(hitRatePercent).utf8)
    for count in Count.allCases {
      json.name(dynamic: count.rawValue)
      json.value(self[count])
    }
  }
}
