import Catalog
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What an admin route answers.
struct AdminAnswer {
  var status: HTTPResponse.Status = .ok
  /// What was done, in a word, for the audit log.
  let outcome: String
  /// Whether this server serves what was changed; if not, the change is committed, and served when the database answers.
  var isServed = true
  let body: ByteBuffer
}

/// Answers everything below `/admin` and `/api/system`: guards it, finds the route and writes the audit log.
struct AdminAnswers {
  let service: CatalogService
  let answers: AnswerCache
  let access: AdminGuard
  let admission: Admission
  let limits: ServerLimits
  /// The provider sync; nil where none runs beside the server.
  let sync: (any SyncControl)?

  /// The response to a request that ``RoutePolicy`` keeps for operators.
  ///
  /// - Throws: ``Problem`` when the request may not pass or cannot be answered; it is in the audit log then, too.
  func respond(to request: Request, context: ServerContext) async throws -> Response {
    do {
      let answer = try await answer(to: request, context: context)
      audit(request, context, outcome: answer.outcome, status: answer.status)
      return .json(answer.body, status: answer.status)
    } catch let problem as Problem {
      audit(request, context, outcome: problem.kind, status: problem.status, isStranger: problem.isRefusal)
      throw problem
    } catch {
      audit(request, context, outcome: "internal", status: .internalServerError)
      throw error
    }
  }

  private func answer(to request: Request, context: ServerContext) async throws -> AdminAnswer {
    let logger = context.logger
    // Nothing is told to somebody without a key, not even which routes there are.
    try admission.checkKey(of: request, context) { () throws(Problem) in
      try access.check(authorization: request.headers[.authorization])
    }
    let target = try RequestTarget(request.uri.string[...])
    try Self.checkSegments(request.uri.string)
    guard let route = AdminRoute(target.segments) else { throw Problem.notFound("there is nothing at this address") }
    guard route.methods.contains(request.method) else { throw Problem.methodNotAllowed(route.methods) }
    return try await perform(route, request.method, query: target.query, logger: logger) {
      try await request.jsonBody(limits: limits, admission)
    }
  }

  /// Does what a route says, for somebody who may.
  ///
  /// - Parameter body: reads the body of the request, where the route has one.
  /// - Throws: ``Problem`` when it is not understood or refused; then nothing is changed.
  func perform(
    _ route: AdminRoute, _ method: HTTPRequest.Method, query: [(name: String, value: String)], logger: Logger,
    body: () async throws -> JSONValue
  ) async throws -> AdminAnswer {
    switch route {
    case .offer, .provider:
      let answers = EditAnswers(service: service, logger: logger)
      return try await answers.answer(to: try await answers.edit(route, method, query: query, body: body))
    case .cacheStatus, .cacheStatistics, .auditCache, .warmCache, .clearCache, .refreshCache:
      return try await CacheAnswers(service: service, answers: answers).answer(to: route, query: query)
    case .review(let route):
      return try await ReviewAnswers(service: service, logger: logger).answer(
        to: route, method, query: query, body: body)
    case .sync(let route):
      guard let sync else { throw Problem.notFound("this server syncs no providers") }
      return try await SyncAnswers(sync: sync).answer(to: route, query: query)
    }
  }

  /// Refuses paths with an empty segment: they are dropped elsewhere, but here another offer might be meant.
  private static func checkSegments(_ target: String) throws(Problem) {
    let path = target.prefix { $0 != "?" }
    guard !path.contains("//"), !path.hasSuffix("/") else {
      throw .badRequest("the path has an empty segment; write \"/\" as %2F where it belongs to an id that way")
    }
  }

  /// Writes one line to the audit log.
  ///
  /// - Parameter isStranger: whether no key was looked at. Such calls anybody can make without end, and there is one line per
  ///   client, outcome and minute.
  func audit(
    _ request: Request, _ context: ServerContext, outcome: String, status: HTTPResponse.Status, isStranger: Bool = false
  ) {
    let client = admission.client(of: request, context)
    var count = 1
    if isStranger, let client {
      guard let refusals = admission.refusals.note(client, outcome) else { return }
      count = refusals
    }
    // The query and the header fields are left out: they are where a key could stand.
    let path = request.uri.string.prefix { $0 != "?" }.prefix(RequestTarget.maximumLength).unicodeScalars
    let printable = path.map { (0x21...0x7E).contains($0.value) ? Character($0) : "?" }
    context.logger.notice(
      "Admin call",
      metadata: [
        "method": "\(request.method.rawValue)", "path": "\(String(printable))", "outcome": "\(outcome)",
        "status": "\(status.code)", "count": "\(count)", "client": "\(client?.description ?? "unknown")",
        "peer": "\(context.remoteAddress?.ipAddress ?? "unknown")",
      ])
  }
}
