internal import Catalog

/// Why a provider's list could not be had, and what to do about it. No text of it holds a key.
public enum FetchError: Error, CustomStringConvertible {
  /// An environment variable that the request needs is not set.
  case missingVariable(String)
  /// An environment variable has a value that it cannot have.
  case badVariable(String, reason: String)
  /// The provider does not accept the key, or wants one.
  case unauthorized(status: UInt, variable: String?)
  /// The provider answered with a status that is no success.
  case status(UInt, text: String)
  /// The provider asks to be left alone, with status 429 or 503.
  case rateLimited(status: UInt, retryAfter: Duration?)
  /// No connection could be made.
  case unreachable(String)
  /// The provider did not answer, or did not finish, in time.
  case timedOut(after: Duration)
  /// The connection ended before the list did.
  case cutOff(String)
  /// The list is larger than any list should be.
  case tooLarge(bytes: Int)
  /// There are more pages than any list should have, or a page names itself as the next one.
  case endlessPages(Int)
  /// The provider sends the request to somebody else, who must not see the key.
  case redirected(to: String)
  /// The answer is a page or something else that is no list.
  case contentType(String)
  /// The answer is no list of the provider's format.
  case body(ImportError)
  /// The list is too short to be believed.
  case tooFew(found: Int, expected: Int)
  /// The catalog does not take the list.
  case notStored(String)

  /// Whether the same request may succeed a moment later.
  var isRetryable: Bool {
    switch self {
    case .rateLimited, .unreachable, .timedOut, .cutOff: true
    case .status(let status, _): status >= 500 || status == 408 || status == 425
    // A body that was cut is no JSON; whether it was cut or is broken shows when it is asked for again.
    case .body(.notJSON): true
    default: false
    }
  }

  /// One word for programs.
  public var kind: String {
    switch self {
    case .missingVariable, .badVariable: "not_configured"
    case .unauthorized: "unauthorized"
    case .status: "status"
    case .rateLimited: "rate_limited"
    case .unreachable: "unreachable"
    case .timedOut: "timed_out"
    case .cutOff: "cut_off"
    case .tooLarge, .endlessPages: "too_large"
    case .redirected: "redirected"
    case .contentType: "content_type"
    case .body(let error): error.isErrorBody ? "error_body" : "format"
    case .tooFew: "too_few"
    case .notStored: "store"
    }
  }

  /// What is wrong and what to do, for a person.
  public var description: String {
    switch self {
    case .missingVariable(let name): "\(name) is not set"
    case .badVariable(let name, let reason): "\(name): \(reason)"
    case .unauthorized(let status, let variable?): "the provider refuses the key in \(variable) (status \(status))"
    case .unauthorized(let status, nil): "the provider wants a key (status \(status))"
    case .status(let status, let text): "the provider answers with status \(status)\(text.isEmpty ? "" : ": \(text)")"
    case .rateLimited(let status, let delay?):
      "the provider asks to be left alone for \(delay.inSeconds) s (status \(status))"
    case .rateLimited(let status, nil): "the provider asks to be left alone (status \(status))"
    case .unreachable(let reason): "the provider cannot be reached: \(reason)"
    case .timedOut(let time): "the provider did not answer within \(time.inSeconds) s"
    case .cutOff(let reason): "the connection ended before the list did: \(reason)"
    case .tooLarge(let bytes): "the list has more than \(bytes) bytes"
    case .endlessPages(let pages): "the list does not end after \(pages) pages"
    case .redirected(let host): "the provider redirects to another site (\(host)), which must not see the key"
    case .contentType(let type): "the answer is \"\(type)\" and no JSON; is this the address of the list?"
    case .body(let error): error.description
    case .tooFew(let found, let expected):
      "the list has \(found) offers, at least \(expected) are expected; check it, then repeat with --force"
    case .notStored(let reason): "the list is not stored: \(reason)"
    }
  }

  /// How long the provider asks to be left alone, in seconds.
  var secondsToWait: Int? {
    if case .rateLimited(_, let delay?) = self { delay.inSeconds } else { nil }
  }

  /// The same with other texts: what providers say may repeat the key that they were sent.
  func scrubbed(_ scrub: (String) -> String) -> FetchError {
    switch self {
    case .status(let status, let text): .status(status, text: scrub(text))
    case .unreachable(let reason): .unreachable(scrub(reason))
    case .cutOff(let reason): .cutOff(scrub(reason))
    case .redirected(let host): .redirected(to: scrub(host))
    case .contentType(let type): .contentType(scrub(type))
    case .body(let error): .body(error.scrubbed(scrub))
    case .missingVariable, .badVariable, .unauthorized, .rateLimited, .timedOut, .tooLarge, .endlessPages, .tooFew,
      .notStored:
      self
    }
  }
}

extension ImportError {
  /// Whether the body is an error message, and no list of another shape.
  fileprivate var isErrorBody: Bool { if case .errorBody = self { true } else { false } }
}

extension Duration {
  /// Whole seconds, rounded up.
  package var inSeconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) + (attoseconds > 0 ? 1 : 0)
  }
}
