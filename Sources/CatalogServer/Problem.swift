import Catalog
import HTTPTypes
import Logging
import TieredCaching

/// An error as a client sees it: a problem document (RFC 9457).
struct Problem: Error, Sendable {
  var status: HTTPResponse.Status
  /// The last part of the problem type's address, one word per kind of problem.
  var kind: String
  /// What is wrong, for a person.
  var detail: String
  /// The values that would have been accepted, where there is such a list.
  var allowed: [String] = []
  /// Further header fields, such as `Allow`.
  var headers: [(HTTPField.Name, String)] = []
  /// Whether the request was refused before anybody looked at it: then the answer must not cost anything either.
  var isRefusal = false
  /// What failed, for the log alone: it may name hosts, users and files.
  var reason: String?

  static func badRequest(_ detail: String, allowed: [String] = []) -> Problem {
    Problem(status: .badRequest, kind: "bad-request", detail: detail, allowed: allowed)
  }

  static func notFound(_ detail: String) -> Problem { Problem(status: .notFound, kind: "not-found", detail: detail) }

  static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Problem {
    let names = allowed.map(\.rawValue)
    return Problem(
      status: .methodNotAllowed, kind: "method-not-allowed", detail: "use \(names.joined(separator: " or "))",
      headers: [(.allow, names.joined(separator: ", "))])
  }

  static func unavailable(_ detail: String) -> Problem {
    Problem(status: .serviceUnavailable, kind: "unavailable", detail: detail, headers: [(.retryAfter, "1")])
  }

  /// The catalog, or something else that the database has, cannot be had. Everybody is told no more than that.
  static func databaseFailed(_ error: any Error) -> Problem {
    if case .notLoaded? = error as? CacheError { return .unavailable(String(describing: error)) }
    var problem = unavailable("the catalog database does not answer; the server's log says why")
    problem.reason = String(describing: error)
    return problem
  }

  /// What the log says of it.
  var metadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["status": "\(status.code)", "problem": "\(kind)"]
    if let reason { metadata["reason"] = "\(reason)" }
    return metadata
  }

  /// The document.
  var body: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("type", "urn:modelcatalog:problem:\(kind)")
      json.member("title", status.reasonPhrase)
      json.member("status", status.code)
      json.member("detail", detail)
      if !allowed.isEmpty { json.member("allowed", allowed) }
    }
    return json.bytes
  }
}
