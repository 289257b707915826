import HTTPTypes

/// Routes of what operators decide: `/admin/quarantine/…` and `/admin/overrides/…`.
enum ReviewRoute: Equatable {
  case quarantine
  case decide(id: String, decision: String)
  case overrides
  /// What is known about one offer, and what operators say instead.
  case override(gateway: String, id: String)

  /// The route behind `/admin/quarantine`; nil when there is none.
  init?(quarantine segments: ArraySlice<String>) {
    switch segments.count {
    case 0: self = .quarantine
    case 2: self = .decide(id: segments[segments.startIndex], decision: segments[segments.startIndex + 1])
    default: return nil
    }
  }

  /// The route behind `/admin/overrides`; nil when there is none.
  init?(overrides segments: ArraySlice<String>) {
    switch segments.count {
    case 0: self = .overrides
    case 2...:
      self = .override(gateway: segments[segments.startIndex], id: segments.dropFirst().joined(separator: "/"))
    default: return nil
    }
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .quarantine, .overrides: [.get]
    case .decide: [.post]
    case .override: [.get, .patch, .delete]
    }
  }
}
