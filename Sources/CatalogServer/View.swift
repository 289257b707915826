/// What a response shows: the closed set of names for metrics and logs.
enum View: String, CaseIterable, Sendable {
  case full, unique, search, model, comparison, pricing, providers, stats, health, home, changes, history, deprecations,
    cost, admin, console,
    metrics, error

  /// Those that come from one catalog version, so that they can be ready in memory.
  static let ofVersions: [View] = [
    .full, .unique, .search, .model, .comparison, .pricing, .providers, .stats, .health,
  ]
}
