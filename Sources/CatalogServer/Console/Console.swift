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
  let refusals: RefusalPages

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
      return try await audited(request, context, isStranger: true) { try await login(request, context) }
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
    let content: @Sendable () throws -> ConsoleContent<any Sendable>
    switch page {
    case .models: content = { .models(try ModelList(query, in: snapshot)) }
    case .offers: content = { .offers(try OfferList(query, in: snapshot)) }
    case .compare:
      content = {
        ConsoleContent(
          title: "Compare", template: "compare", place: .compare, content: try Comparison(query, in: snapshot))
      }
    case .cost: content = { .cost(try CostPage(query, in: snapshot)) }
    case .providers:
      content = {
        ConsoleContent(
          title: "Providers", template: "providers", place: .providers, content: ProviderList(in: snapshot))
      }
    case .provider: content = { .provider(try ProviderDetail(query, in: snapshot)) }
    case .deprecations:
      content = {
        ConsoleContent(
          title: "Deprecations", template: "deprecations", place: .deprecations,
          content: try DeprecationList(query, in: snapshot))
      }
    case .model:
      let model = try await threads.runIfActive { try ModelDetail.model(query, in: snapshot) }
      let log = await log(of: model)
      let now = Int(Date().timeIntervalSince1970)
      content = {
        ConsoleContent(
          title: model.name, template: "model", place: .models,
          content: ModelDetail(model, log: log, now: now, in: snapshot))
      }
    case .changes:
      let query = try ChangeList.Query(query)
      let found = try await feed.older(ChangeList.length, matching: query.filter, before: query.before)
      content = {
        ConsoleContent(
          title: "Changes", template: "changes", place: .changes, content: ChangeList(query, found, in: snapshot))
      }
    }
    return try await self.page(showing: served, for: request, content)
  }

  /// What the log says of a model's offers. The rest of the page is worth to be shown without it.
  private func log(of model: UniqueModel) async -> ModelDetail.Log {
    do {
      let log = try await service.store.changes(
        of: model.offers.map(\.reference), limit: ModelHistory.maximumChanges + 1)
      return log.count > ModelHistory.maximumChanges ? .tooLong : .read(log)
    } catch {
      service.record(.callFailed(reason: "the change log cannot be read: \(error)"))
      return .unavailable
    }
  }

  // MARK: Pages

  /// A problem as a page.
  func page(of problem: Problem, for request: Request) async throws -> Response {
    var response = try await page(showing: nil, for: request, isPrivate: true) {
      ConsoleContent(
        title: problem.status.reasonPhrase, template: "problem", place: nil, content: ProblemPage(problem),
        status: problem.status)
    }
    for (name, value) in problem.headers { response.headers[name] = value }
    return response
  }

  /// A page in its frame.
  ///
  /// - Parameters:
  ///   - served: the version that it shows.
  ///   - isPrivate: whether it is for one session alone; then nobody may keep it, and it is not compressed, as what it
  ///     hides could be told from its length.
  ///   - content: makes what is put into the frame; it may take long, and is called where pages are made.
  /// - Throws: what `content` throws.
  func page<Content: Sendable>(
    showing served: Served<CatalogSnapshot>?, for request: Request, isPrivate: Bool = false,
    _ content: @escaping @Sendable () throws -> ConsoleContent<Content>
  ) async throws -> Response {
    let acceptsGzip = !isPrivate && request.headers[.acceptEncoding].map(ResponseFields.acceptsGzip) ?? false
    let (status, body, isGzip) = try await threads.runIfActive { [templates, assets] in
      let content = try content()
      let page = ConsolePage(
        content, showing: served, styleSheet: assets.address(of: "console.css"),
        script: assets.address(of: "console.js"))
      let text = Array(templates.render(page).utf8)
      guard acceptsGzip, text.count >= Self.smallBody else { return (content.status, ByteBuffer(bytes: text), false) }
      return (content.status, ByteBuffer(bytes: try Gzip.compress(text, level: 4)), true)
    }
    var headers = ConsoleHeaders.page
    headers[.cacheControl] = isPrivate ? "no-store" : "no-cache"
    if isGzip { headers[.contentEncoding] = "gzip" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// Sends the browser to another page.
  static func redirect(to address: String) -> Response {
    var headers = ConsoleHeaders.common
    headers[.location] = address
    headers[.cacheControl] = "no-store"
    return Response(status: .seeOther, headers: headers)
  }
}

extension ConsoleContent<any Sendable> {
  fileprivate static func models(_ list: ModelList) -> ConsoleContent {
    ConsoleContent(
      title: "Models", template: "models", place: .models, content: list,
      status: list.problem == nil ? .ok : .badRequest)
  }

  fileprivate static func offers(_ list: OfferList) -> ConsoleContent {
    ConsoleContent(
      title: "Offers", template: "offers", place: .offers, content: list,
      status: list.problem == nil ? .ok : .badRequest)
  }

  fileprivate static func cost(_ cost: CostPage) -> ConsoleContent {
    ConsoleContent(
      title: "Cost", template: "cost", place: .cost, content: cost, status: cost.isUnknown ? .notFound : .ok)
  }

  fileprivate static func provider(_ provider: ProviderDetail) -> ConsoleContent {
    ConsoleContent(title: provider.facts.providerName, template: "provider", place: .providers, content: provider)
  }
}
