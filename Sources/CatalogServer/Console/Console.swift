import Catalog
import Compression
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import TieredCaching

/// The web console: pages for people, below `/console`.
struct Console: Sendable {
  let service: CatalogService
  let answers: AnswerCache
  let feed: ChangeFeed
  let admin: AdminAnswers
  let sessions: ConsoleSessions
  /// Where pages are made, away from the event loops.
  let threads: NIOThreadPool
  let templates: ConsoleTemplates
  let assets: ConsoleAssets

  /// Bodies smaller than this are not worth to be compressed, in bytes.
  private static let smallBody = 1_024

  /// The response to a request whose target ``ConsoleRoute/covers(_:)``.
  ///
  /// - Throws: ``Problem`` when the request cannot be answered; ``page(of:for:)`` shows it.
  func respond(to request: Request, context: ServerContext) async throws -> Response {
    let target = try RequestTarget(request.uri.string[...])
    guard let route = ConsoleRoute(target.segments, isPost: request.method == .post) else {
      throw Problem.notFound("there is no such page")
    }
    guard route.methods.contains(request.method) else { throw Problem.methodNotAllowed(route.methods) }
    switch route {
    case .asset(let name): return try assets.response(to: request, for: name, query: target.query)
    case .page(let page): return try await catalogPage(page, target.query, request)
    case .login where request.method == .post:
      return try await audited(request, context) { try await login(request, context) }
    case .login: return try await loginPage(request, problem: nil)
    case .logout: return try await logout(request)
    case .operations(let page): return try await operationsPage(page, target.query, request)
    case .action(let action): return try await act(action, request, context)
    }
  }

  // MARK: What anybody may read

  private func catalogPage(
    _ page: ConsoleRoute.Page, _ query: [(name: String, value: String)], _ request: Request
  ) async throws -> Response {
    let served: Served<CatalogSnapshot>
    do { served = try await service.read() } catch { throw Problem.databaseFailed(error) }
    let snapshot = served.value
    let show = { (title: String, template: String, place: ConsolePlace, content: any Sendable) in
      try await self.page(
        ConsoleContent(title: title, template: template, place: place, content: content), showing: served, for: request)
    }
    switch page {
    case .models: return try await show("Models", "models", .models, try ModelList(query, in: snapshot))
    case .offers: return try await show("Offers", "offers", .offers, try OfferList(query, in: snapshot))
    case .model:
      let model = try ModelDetail.model(query, in: snapshot)
      let log = await log(of: model)
      let now = Int(Date().timeIntervalSince1970)
      return try await show(
        model.name, "model", .models, ModelDetail(model, log: log, now: now, in: snapshot))
    case .compare: return try await show("Compare", "compare", .compare, try Comparison(query, in: snapshot))
    case .cost: return try await show("Cost", "cost", .cost, try CostPage(query, in: snapshot))
    case .providers: return try await show("Providers", "providers", .providers, ProviderList(in: snapshot))
    case .provider:
      let provider = try ProviderDetail(query, in: snapshot)
      return try await show(provider.facts.providerName, "provider", .providers, provider)
    case .changes:
      let query = try ChangeList.Query(query)
      let found = try await feed.older(ChangeList.length, matching: query.filter, before: query.before)
      return try await show("Changes", "changes", .changes, ChangeList(query, found, in: snapshot))
    case .deprecations:
      return try await show("Deprecations", "deprecations", .deprecations, try DeprecationList(query, in: snapshot))
    }
  }

  /// The changes of a model's offers, oldest first; nil when they are too many or the database does not answer. The rest
  /// of the page is worth to be shown without them.
  private func log(of model: UniqueModel) async -> [CatalogChange]? {
    do {
      let log = try await service.store.changes(
        of: model.offers.map(\.reference), limit: ModelHistory.maximumChanges + 1)
      return log.count > ModelHistory.maximumChanges ? nil : log
    } catch {
      service.record(.callFailed(reason: "the change log cannot be read: \(error)"))
      return nil
    }
  }

  // MARK: Pages

  /// A problem as a page.
  func page(of problem: Problem, for request: Request) async throws -> Response {
    var response = try await page(
      ConsoleContent(
        title: problem.status.reasonPhrase, template: "problem", place: nil, content: ProblemPage(problem)),
      showing: nil, for: request, isPrivate: true)
    response.status = problem.status
    for (name, value) in problem.headers { response.headers[name] = value }
    return response
  }

  /// A page in its frame.
  ///
  /// - Parameters:
  ///   - served: the version that it shows.
  ///   - isPrivate: whether it is for one session alone; then nobody may keep it, and it is not compressed, as what it
  ///     hides could be told from its length.
  func page<Content: Sendable>(
    _ content: ConsoleContent<Content>, showing served: Served<CatalogSnapshot>?, for request: Request,
    isPrivate: Bool = false
  ) async throws -> Response {
    let page = ConsolePage(
      title: content.title, template: content.template, content: content.content,
      places: ConsolePlace.allCases.map {
        ConsolePage<Content>.Place(label: $0.rawValue, address: $0.address, isCurrent: $0 == content.place)
      },
      foot: served.map {
        ConsolePage<Content>.Foot(
          version: $0.value.version, age: ConsoleText.duration($0.age), isStale: $0.freshness == .stale)
      },
      styleSheet: assets.address(of: "console.css"), script: assets.address(of: "console.js"))
    let acceptsGzip = !isPrivate && request.headers[.acceptEncoding].map(ResponseFields.acceptsGzip) ?? false
    let (body, isGzip) = try await threads.runIfActive { [templates] in
      let text = Array(templates.render(page).utf8)
      guard acceptsGzip, text.count >= Self.smallBody else { return (ByteBuffer(bytes: text), false) }
      return (ByteBuffer(bytes: try Gzip.compress(text, level: 4)), true)
    }
    var headers = ConsoleHeaders.common
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.cacheControl] = isPrivate ? "no-store" : "no-cache"
    headers[.vary] = "accept-encoding"
    if isGzip { headers[.contentEncoding] = "gzip" }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// Sends the browser to another page.
  static func redirect(to address: String) -> Response {
    var headers = ConsoleHeaders.common
    headers[.location] = address
    headers[.cacheControl] = "no-store"
    return Response(status: .seeOther, headers: headers)
  }
}
