import HTTPTypes

/// Routes of the provider sync: `/admin/sync/…`, and `/admin/model-sync/…` as the original system had them.
enum SyncRoute: Equatable {
  /// Begins a sync of the providers in the query, or of all.
  case startAll
  /// Begins a sync of one provider.
  case start(provider: String)
  case status
  case job(id: String)
  /// Lets a provider be asked again that was left alone after failures.
  case clearError(provider: String)
  /// What the original system had and nobody should have.
  case gone(String)

  /// The route behind `/admin/sync`; nil when there is none.
  init?(sync segments: ArraySlice<String>) {
    switch (segments.first, segments.count) {
    case (nil, 0): self = .startAll
    case ("status", 1): self = .status
    case ("jobs", 2): self = .job(id: segments[segments.startIndex + 1])
    case ("errors", 2): self = .clearError(provider: segments[segments.startIndex + 1])
    case (let provider?, 1): self = .start(provider: provider)
    default: return nil
    }
  }

  /// The route behind `/admin/model-sync`; nil when there is none.
  init?(modelSync segments: ArraySlice<String>) {
    switch (segments.first, segments.count) {
    case ("all", 1), ("full", 1), ("trigger", 1), ("incremental", 1): self = .startAll
    case ("provider", 2): self = .start(provider: segments[segments.startIndex + 1])
    case ("status", 1), ("health", 1), ("providers", 1): self = .status
    case ("providers-only", 1): self = .gone("a sync of a provider brings its name and site with it")
    case ("flush-models", 1), ("flush-providers", 1), ("reset-and-resync", 1):
      self = .gone("a sync replaces what changed in one transaction, so that nothing has to be emptied before")
    default: return nil
    }
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .startAll, .start: [.post]
    case .status, .job: [.get]
    case .clearError: [.delete]
    case .gone: [.post, .delete]
    }
  }
}
