import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a form that a browser has sent.
struct ConsoleForm: Sendable {
  private let fields: [(name: String, value: String)]

  private static let type = "application/x-www-form-urlencoded"

  /// Reads the body of a request.
  ///
  /// - Throws: ``Problem`` when it is no form, or too large.
  init(_ request: Request, limits: ServerLimits, _ admission: Admission) async throws {
    guard request.headers[.contentType]?.lowercased().hasPrefix(Self.type) == true else {
      throw Problem(
        status: .unsupportedMediaType, kind: "unsupported-media-type", detail: "send a form as \(Self.type)")
    }
    let buffer = try await request.wholeBody(upTo: min(limits.bodyBytes, RequestTarget.maximumLength), admission)
    // A form is written like a query, and has the same bounds.
    fields = try RequestTarget("/?\(String(buffer: buffer))"[...]).query
  }

  /// The value of a field; nil where it is missing or empty.
  subscript(_ name: String) -> String? { fields.first { $0.name == name && !$0.value.isEmpty }?.value }
}

extension Request {
  /// Whether it comes from a page of this server, as far as the browser says so; one that says nothing does not.
  var isFromOwnPage: Bool {
    if let site = field("Sec-Fetch-Site") { return site == "same-origin" }
    guard let origin = headers[.origin], let scheme = origin.firstRange(of: "://") else { return false }
    let place = origin[scheme.upperBound...]
    return place == head.authority ?? "" || field("X-Forwarded-Host").map { place == $0 } ?? false
  }

  /// Whether the browser may only send a cookie back over an encrypted connection: always, unless it speaks to its own
  /// machine and nothing in front says that it is encrypted.
  var needsSecureCookie: Bool { isEncrypted || !isLocal }

  /// Whether a key that is typed here would pass a network in the clear.
  var isExposed: Bool { !isEncrypted && !isLocal }

  private var isEncrypted: Bool { field("X-Forwarded-Proto")?.lowercased() == "https" }

  private var isLocal: Bool {
    let authority = head.authority ?? ""
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    return host == "localhost" || host == "[::1]"
      || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
  }

  private func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
