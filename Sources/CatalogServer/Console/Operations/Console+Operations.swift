import Catalog
import HTTPTypes
import Hummingbird
import TieredCaching

/// The operations side, for those who know an admin key.
extension Console {
  // MARK: Sessions

  func loginPage(_ request: Request, problem: Problem?) async throws -> Response {
    let content = LoginPage(
      isEnabled: sessions.isEnabled, isExposed: request.isExposed, problem: problem?.detail)
    let status = problem?.status ?? (sessions.isEnabled ? .ok : .forbidden)
    var response = try await page(showing: nil, for: request, isPrivate: true) {
      ConsoleContent(title: "Operations", template: "login", place: .operations, content: content, status: status)
    }
    for (name, value) in problem?.headers ?? [] { response.headers[name] = value }
    return response
  }

  func login(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard sessions.isEnabled else { return try await loginPage(request, problem: nil) }
    try Self.checkOrigin(request)
    let form = try await ConsoleForm(request, limits: admin.limits, admin.admission)
    let session: ConsoleSession
    do {
      session = try admin.admission.checkKey(of: request, context) { () throws(Problem) in
        try sessions.begin(key: form["key"] ?? "")
      }
    } catch {
      admin.audit(request, context, outcome: error.kind, status: error.status, isStranger: error.isRefusal)
      return try await loginPage(request, problem: error)
    }
    admin.audit(request, context, outcome: "session-begun", status: .seeOther)
    var response = Self.redirect(to: ConsoleAddress.operations)
    response.headers[.setCookie] = ConsoleSessions.cookie(of: session, isSecure: request.needsSecureCookie)
    return response
  }

  func logout(_ request: Request) async throws -> Response {
    try Self.checkOrigin(request)
    if let session = sessions.session(cookies: request.headers[.cookie]) {
      try await checkForm(request, of: session)
    }
    var response = Self.redirect(to: ConsoleAddress.login)
    response.headers[.setCookie] = ConsoleSessions.cookie(of: nil, isSecure: request.needsSecureCookie)
    return response
  }

  private static func checkOrigin(_ request: Request) throws(Problem) {
    guard request.isFromOwnPage else {
      throw Problem(
        status: .forbidden, kind: "foreign-form",
        detail: "the form was not sent by a page of this server; load the page again")
    }
  }

  /// The form of a request, if a page of this session has sent it.
  @discardableResult
  private func checkForm(_ request: Request, of session: ConsoleSession) async throws -> ConsoleForm {
    try Self.checkOrigin(request)
    let form = try await ConsoleForm(request, limits: admin.limits, admin.admission)
    guard ConsoleSessions.isForm(form["form_token"] ?? "", of: session) else {
      throw Problem(
        status: .forbidden, kind: "foreign-form", detail: "the form is not of this session; load the page again")
    }
    return form
  }

  // MARK: Pages

  func operationsPage(
    _ page: ConsoleRoute.OperationsPage, _ query: [(name: String, value: String)], _ request: Request
  ) async throws -> Response {
    guard sessions.isEnabled else { return try await loginPage(request, problem: nil) }
    guard let session = sessions.session(cookies: request.headers[.cookie]) else {
      return Self.redirect(to: ConsoleAddress.login)
    }
    let done = query.first { $0.name == "done" }.flatMap { OperationsDone(rawValue: $0.value) }
    let query = query.filter { $0.name != "done" }
    let frame = OperationsFrame(session, page, done: done)
    let show = { (title: String, template: String, content: any Sendable) in
      try await self.page(showing: self.service.peek(), for: request, isPrivate: true) {
        ConsoleContent(title: title, template: template, place: .operations, content: content)
      }
    }
    do {
      switch page {
      case .explain:
        return try await show("Explain", "explain", try await OperationsExplanation(frame, query, of: service))
      case .quarantine:
        let query = try OperationsQuarantine.Query(query)
        let entries = try await query.entries(in: service.store)
        let providers = service.peek()?.value.parts.map(\.provider) ?? []
        return try await show(
          "Quarantine", "quarantine", OperationsQuarantine(frame, query, entries, providers: providers))
      default: try Parameters(query).finish(known: [])
      }
      switch page {
      case .cache: return try await show("Cache", "cache", OperationsCache(frame, await service.cacheStatus()))
      case .audit: return try await show("Audit", "audit", OperationsAudit(frame, await service.audit()))
      case .sync:
        return try await show("Sync", "sync", try OperationsSync(frame, document: try await admin.sync?.status()))
      case .overrides:
        let overrides = try await service.store.overrides(of: nil)
        return try await show("Overrides", "overrides", OperationsOverrides(frame, overrides))
      default:
        return try await show(
          "Workers", "operations", await OperationsOverview(frame, of: service, answers: answers.size))
      }
    } catch let error as StoreError {
      throw Problem(error)
    }
  }

  // MARK: Actions

  func act(_ action: ConsoleRoute.Action, _ request: Request, _ context: ServerContext) async throws -> Response {
    guard sessions.isEnabled, let session = sessions.session(cookies: request.headers[.cookie]) else {
      admin.audit(request, context, outcome: "no-session", status: .seeOther, isStranger: true)
      return Self.redirect(to: ConsoleAddress.login)
    }
    return try await audited(request, context, isStranger: false) {
      let call = try Call(action, try await checkForm(request, of: session))
      let answer = try await admin.perform(call.route, call.method, query: call.query, logger: context.logger) { .null }
      admin.audit(request, context, outcome: answer.outcome, status: answer.status)
      let done = answer.isServed ? call.done : call.done.whileNotServed
      return Self.redirect(to: ConsoleAddress.of(OperationsFrame.address(of: call.page), [("done", done.rawValue)]))
    }
  }

  /// Does what a form asks for; what is refused or fails is in the audit log, too.
  ///
  /// - Parameter isStranger: whether no session was looked at.
  func audited(
    _ request: Request, _ context: ServerContext, isStranger: Bool, _ act: () async throws -> Response
  ) async throws -> Response {
    do {
      return try await act()
    } catch let problem as Problem {
      admin.audit(request, context, outcome: problem.kind, status: problem.status, isStranger: isStranger)
      throw problem
    } catch {
      admin.audit(request, context, outcome: "internal", status: .internalServerError, isStranger: isStranger)
      throw error
    }
  }

  /// An action as the admin route that does it, and what is shown afterwards.
  private struct Call {
    let route: AdminRoute
    var method = HTTPRequest.Method.post
    var query: [(name: String, value: String)] = []
    let page: ConsoleRoute.OperationsPage
    let done: OperationsDone

    /// Who decides, in records that keep it.
    private static let name = "console"

    /// - Throws: ``Problem`` when the form lacks something.
    init(_ action: ConsoleRoute.Action, _ form: ConsoleForm) throws(Problem) {
      let required = { (name: String) throws(Problem) in
        guard let value = form[name] else { throw .badRequest("the form lacks \"\(name)\"") }
        return value
      }
      switch action {
      case .warm: (route, page, done) = (.warmCache, .cache, .warmed)
      case .clear:
        let isPurging = form["purge"] == "true"
        query = [("purge", isPurging ? "true" : "false")] + (form["gateway"].map { [("gateway", $0)] } ?? [])
        (route, page, done) = (.clearCache, .cache, isPurging ? .purged : .cleared)
      case .startSync:
        (route, page, done) = (.sync(form["provider"].map { .start(provider: $0) } ?? .startAll), .sync, .started)
      case .clearSyncError:
        method = .delete
        (route, page, done) = (.sync(.clearError(provider: try required("provider"))), .sync, .retried)
      case .decide:
        let decision = try required("decision")
        query = [("by", Self.name)]
        (route, page) = (.review(.decide(id: try required("id"), decision: decision)), .quarantine)
        done = decision == QuarantineEntry.Decision.accept.rawValue ? .accepted : .rejected
      case .endOverride:
        method = .delete
        query = [("member", try required("member")), ("by", Self.name)]
        let offer = try required("offer")
        (route, page, done) = (
          .review(.override(gateway: try required("provider"), id: offer)), .overrides, .ended
        )
      }
    }
  }
}
