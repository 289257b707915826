/// What a response shows: the closed set of names for metrics and logs.
enum View: String, CaseIterable, Sendable {
  case full, unique, search, model, comparison, pricing, providers, stats, health, home, changes, history, deprecations,
    cost, admin, console,
    metrics, error
}
