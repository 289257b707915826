import Catalog
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import TieredCaching
import Tracing

/// Answers every request that the fast path hands on.
struct CatalogResponder: HTTPResponder {
  let service: CatalogService
  let answers: AnswerCache
  let meter: RequestMeter
  let limits: ServerLimits
  let admin: AdminAnswers
  let admission: Admission
  let feed: ChangeFeed
  let console: Console
  /// Gives what `/metrics` answers; nil for no such route.
  let metrics: (@Sendable (MetricsScope) async -> ByteBuffer)?
  let spans: Spans
  /// What describes all this; nil for no such routes.
  let description: APIDescription?

  /// The response, the closed-set name of what was asked for, and whether the answer was ready.
  private typealias Outcome = (view: View, isCached: Bool, response: Response)

  func respond(to request: Request, context: ServerContext) async throws -> Response {
    let start = NIODeadline.now()
    let id = RequestID.of(request.headers)
    let (view, isCached, full) = await traced(request, id: id) {
      await outcome(of: request, context: context.named(id))
    }
    var response = request.method == .head ? full.createHeadResponse() : full
    if let field = RequestID.field { response.headers[field] = id }
    meter.record(
      view: view, status: response.status.code, bytes: response.body.contentLength ?? 0, isCached: isCached,
      duration: NIODeadline.now() - start)
    return response
  }

  /// Answers in a span of the trace that the request names, or of a new one.
  private func traced(_ request: Request, id: String, _ answer: () async -> Outcome) async -> Outcome {
    let method = request.method.rawValue
    return await spans.span(
      "HTTP", ofKind: .server, in: spans.extract(from: request.headers, using: FieldExtractor())
    ) { span in
      let outcome = await answer()
      if let span, span.isRecording {
        span.operationName = RouteTemplate.name(method: method, target: request.uri.string)
        span.describe(
          target: request.uri.string, method: method, status: outcome.response.status.code,
          bytes: outcome.response.body.contentLength ?? 0, view: outcome.view, requestID: id)
      }
      return outcome
    }
  }

  private func outcome(of request: Request, context: ServerContext) async -> Outcome {
    do {
      let text = request.uri.string
      // Of these nothing is decoded here: the key is asked for first, and the console shows mistakes as pages.
      let isConsole = ConsoleRoute.covers(text)
      let target = isConsole || RoutePolicy.isGuarded(text) ? nil : try RequestTarget(text[...])
      let rule = target.map { RoutePolicy.rule(for: $0.segments) } ?? RoutePolicy.rule(forUndecoded: text)
      if rule.cost != .free { try admission.enter() }
      defer { if rule.cost != .free { admission.leave() } }
      if isConsole {
        if rule.cost == .costly { try admission.count(request, context) }
        return (.console, false, try await console.respond(to: request, context: context))
      }
      guard let target, rule.access != .operators else {
        return (.admin, false, try await admin.respond(to: request, context: context))
      }
      return try await open(request, target, rule, context)
    } catch let problem as Problem {
      context.logger.log(
        level: problem.status.code >= 500 ? .warning : .debug, "Request refused", metadata: problem.metadata)
      return await refusal(of: request, problem, context)
    } catch {
      context.logger.error(
        "Request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path.prefix(200))"])
      let problem = Problem(
        status: .internalServerError, kind: "internal", detail: "the server failed to answer; its log says why")
      return await refusal(of: request, problem, context)
    }
  }

  /// What is said of a problem: a page to people, a document to programs.
  private func refusal(of request: Request, _ problem: Problem, _ context: ServerContext) async -> Outcome {
    guard ConsoleRoute.covers(request.uri.string) else { return (.error, false, Self.response(to: problem)) }
    if problem.isRefusal { return (.console, false, console.refusals.response(to: problem)) }
    do {
      return (.console, false, try await console.page(of: problem, for: request))
    } catch {
      context.logger.error("A problem could not be shown as a page", metadata: ["error": "\(error)"])
      return (.error, false, Self.response(to: problem))
    }
  }

  /// The response of a route that asks for no key.
  private func open(
    _ request: Request, _ target: RequestTarget, _ rule: RoutePolicy.Rule, _ context: ServerContext
  ) async throws -> (view: View, isCached: Bool, Response) {
    guard rule.access != .workers || context.isPrivate else {
      throw Problem.notFound("there is nothing at this address")
    }
    if let route = LiveRoute(target.segments) {
      guard route.methods.contains(request.method) else { throw Problem.methodNotAllowed(route.methods) }
      if rule.cost == .costly { try admission.count(request, context) }
      return (route.view, false, try await live(route, request, target))
    }
    guard let route = ReadRoute(target.segments) else { throw Problem.notFound("there is nothing at this address") }
    guard request.method == .get || request.method == .head else { throw Problem.methodNotAllowed([.get, .head]) }
    let (isCached, response) = try await read(request, context)
    return (route.view, isCached, response)
  }

  // MARK: Reads of one catalog version

  private func read(_ request: Request, _ context: ServerContext) async throws -> (isCached: Bool, Response) {
    let acceptsGzip = request.headers[.acceptEncoding].map(ResponseFields.acceptsGzip) ?? false
    let served = try await answers.answer(request.uri.string, acceptsGzip: acceptsGzip) { () throws(Problem) in
      try admission.count(request, context)
    }
    let isNotModified =
      request.headers[.ifNoneMatch].map { ResponseFields.matches(ifNoneMatch: $0, entityTag: served.body.entityTag) }
      ?? false
    var headers = HTTPFields()
    let add = { (name: StaticString, value: String) in
      if let name = HTTPField.Name("\(name)") { headers[name] = value }
    }
    served.body.fields.forEach(isNotModified: isNotModified, add)
    ResponseFields.forEach(of: served, add)
    if isNotModified { return (served.wasReady, Response(status: .notModified, headers: headers)) }
    let body = ResponseBody(byteBuffer: served.body.content.buffer)
    return (served.wasReady, Response(status: .ok, headers: headers, body: body))
  }

  // MARK: Routes that are not views of one version

  private func live(_ route: LiveRoute, _ request: Request, _ target: RequestTarget) async throws -> Response {
    switch route {
    case .home: return Self.home(request)
    case .live: return .json(HealthAnswers.live())
    case .ready: return ready()
    case .metrics: return try await metrics(of: .host)
    case .workerMetrics: return try await metrics(of: .worker)
    case .description, .descriptionPage:
      guard let description else { throw Problem.notFound("this server has no description") }
      return (route == .description ? description.document : description.page).response(to: request)
    case .changes: return .json(try await ChangeAnswers(store: service.store).body(query: target.query))
    case .changeFeed:
      return .validated(try await feed.body(query: target.query), type: AtomFeed.contentType, for: request)
    case .history(let id):
      let answers = HistoryAnswers(store: service.store, snapshot: try await snapshot())
      return .validated(try await answers.body(of: id, query: target.query), for: request)
    case .deprecations:
      let snapshot = try await snapshot()
      var response = Response.validated(
        try DeprecationAnswers(snapshot: snapshot).body(query: target.query), for: request)
      if let name = HTTPField.Name("x-catalog-version") { response.headers[name] = snapshot.version }
      return response
    case .compare, .batchCompare, .cost:
      let snapshot = try await snapshot()
      let answers = PostAnswers(snapshot: snapshot)
      switch route {
      case .batchCompare: return .json(try answers.batchCompare(query: target.query))
      case .compare: return .json(try answers.compare(body: try await body(of: request, target)))
      default: return .json(try answers.cost(body: try await body(of: request, target)))
      }
    }
  }

  private func metrics(of scope: MetricsScope) async throws -> Response {
    guard let metrics else { throw Problem.notFound("this server exports no metrics") }
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: await metrics(scope)))
  }

  /// Where to go: people to the console, programs to the routes.
  private static func home(_ request: Request) -> Response {
    let isForPeople = request.headers[.accept]?.lowercased().contains("text/html") ?? false
    var response = isForPeople ? Console.redirect(to: ConsoleAddress.root) : .json(HealthAnswers.home())
    response.headers[.vary] = "accept"
    return response
  }

  private func ready() -> Response {
    let served = service.peek()
    let body = HealthAnswers.ready(service: service, answers: answers.size)
    return .json(body, status: served == nil ? .serviceUnavailable : .ok)
  }

  private func snapshot() async throws -> CatalogSnapshot {
    do {
      return try await service.read().value
    } catch {
      throw Problem.databaseFailed(error)
    }
  }

  private func body(of request: Request, _ target: RequestTarget) async throws -> JSONValue {
    try Parameters(target.query).finish(known: [])
    return try await request.jsonBody(limits: limits, admission)
  }

  private static func response(to problem: Problem) -> Response {
    var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
    for (name, value) in problem.headers { headers[name] = value }
    return Response(
      status: problem.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.body)))
  }
}
