/// Who may call which routes, and what a call counts as. The first rule that fits a path holds, and one fits every path.
struct RoutePolicy {
  /// Who may call a route.
  enum Access: String, Sendable {
    /// Everybody who reaches the server.
    case everybody
    /// Whoever has an admin key.
    case operators
    /// Whoever has a session of the console, which begins with an admin key. The console sends others to its login.
    case session
    /// The other workers on this machine, over a private socket. For others there is nothing.
    case workers
  }

  /// What a call counts as where calls are limited.
  enum Cost: String, Sendable {
    /// Nothing: it is answered also while the server has too many requests, so that it can be looked after.
    case free
    /// Nothing where the answer is ready in memory; else what ``costly`` counts as.
    case read
    /// One of the calls that a client has per second, because it asks the database or is computed each time.
    case costly
    /// Nothing with a right key; one of the few attempts that a client has with a wrong one, or with none.
    case keyed
  }

  /// What holds for some paths.
  struct Rule: Sendable {
    /// Paths; `*` stands for one segment or more.
    let paths: [String]
    let access: Access
    let cost: Cost
  }

  /// All rules, in their order.
  static let rules = [
    Rule(paths: ["/admin", "/admin/*", "/api/system", "/api/system/*"], access: .operators, cost: .keyed),
    Rule(
      paths: ["/", "/health", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"],
      access: .everybody, cost: .free),
    Rule(paths: ["/metrics/worker"], access: .workers, cost: .free),
    Rule(paths: ["/console/ops", "/console/ops/*"], access: .session, cost: .costly),
    Rule(paths: ["/console/assets/*"], access: .everybody, cost: .read),
    Rule(paths: ["/console", "/console/*"], access: .everybody, cost: .costly),
    Rule(
      paths: [
        "/v1/changes", "/v1/changes.atom", "/v1/deprecations", "/v1/models/*/history", "/v1/models/compare",
        "/v1/models/batch-compare", "/v1/cost/estimate",
      ], access: .everybody, cost: .costly),
    everythingElse,
  ]

  private static let everythingElse = Rule(paths: ["/*"], access: .everybody, cost: .read)

  /// Rules with their paths split once.
  private static let patterns = rules.flatMap { rule in
    rule.paths.map { (segments: $0.split(separator: "/").map(String.init), rule: rule) }
  }

  /// The rule for the decoded segments of a path, whether there is a route or not.
  static func rule(for segments: [String]) -> Rule {
    patterns.first { matches($0.segments, segments) }?.rule ?? everythingElse
  }

  /// The rule for a request target as it stands in the request.
  static func rule(forUndecoded target: String) -> Rule {
    rule(for: target.prefix { $0 != "?" }.split(separator: "/").map(String.init))
  }

  /// Whether a request target as it stands in the request is for operators, so that the key is asked for before anything is
  /// decoded.
  static func isGuarded(_ target: String) -> Bool {
    let path = target.prefix { $0 != "?" }
    return rules.contains { rule in
      rule.access == .operators
        && rule.paths.contains { $0.hasSuffix("/*") ? path.hasPrefix($0.dropLast()) : path == $0 }
    }
  }

  private static func matches(_ pattern: [String], _ segments: [String]) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return pattern == segments }
    let end = pattern[(star + 1)...]
    return segments.count >= pattern.count && segments.starts(with: pattern[..<star])
      && segments.suffix(end.count).elementsEqual(end)
  }
}
