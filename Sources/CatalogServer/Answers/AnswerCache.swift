import Catalog
import Compression
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TieredCaching
import Tracing

/// An answer with what is known about the catalog version that it comes from.
struct ServedAnswer: Sendable {
  let answer: Answer
  let body: Answer.Body
  let freshness: Freshness
  let tier: Tier
  let age: Duration
  /// Whether the body was ready, or had to be built.
  let wasReady: Bool
}

/// Answers of the current catalog version, each built and compressed at most once.
///
/// The key is the request target as the client sent it. Only targets that were answered with success are kept, and the
/// tier is bounded, so nothing a client sends can make it grow.
final class AnswerCache: Sendable {
  private let service: CatalogService
  private let tier: LocalTier<Answer>
  private let threads: NIOThreadPool
  private let group: any EventLoopGroup
  private let spans: Spans
  private let negatives = NegativeAnswers()
  private let state = NIOLockedValueBox(State())

  private struct State {
    var flights: [Flight: EventLoopFuture<Answer>] = [:]
    /// Builds that wait for room, in the order in which they came.
    var waiting: [Build] = []
  }

  private struct Flight: Hashable {
    let target: String
    let version: String
    let isGzip: Bool
  }

  private struct Build {
    /// What it may take while it runs.
    let bytes: Int
    let work: @Sendable (NIOThreadPool.WorkItemState) -> Void
  }

  /// Longer targets are answered, and not kept.
  private static let maximumKeptTarget = 512

  init(
    service: CatalogService, tier: LocalTier<Answer>, threads: NIOThreadPool, group: any EventLoopGroup,
    spans: Spans = .none
  ) {
    self.service = service
    self.tier = tier
    self.threads = threads
    self.group = group
    self.spans = spans
  }

  /// The answer if it can be had without waiting and without work that would hold up an event loop; never where coherence
  /// is strict, as that takes a question to the shared tier.
  func ready(_ target: String, acceptsGzip: Bool) -> ServedAnswer? {
    guard service.coherenceMode == .bounded, let served = service.current() else { return nil }
    let answer = ready(target, acceptsGzip: acceptsGzip, served)
    if let answer { recordHit(answer) }
    return answer
  }

  private func ready(_ target: String, acceptsGzip: Bool, _ served: Served<CatalogSnapshot>) -> ServedAnswer? {
    guard let answer = modelAnswer(target, served.value) ?? tier.value(for: key(target), version: served.value.version),
      let body = answer.body(acceptsGzip: acceptsGzip)
    else { return nil }
    return ServedAnswer(
      answer: answer, body: body, freshness: served.freshness, tier: served.tier, age: served.age, wasReady: true)
  }

  private func recordHit(_ served: ServedAnswer) {
    service.record(
      .hit(
        ViewKey(view: served.answer.view.rawValue, name: ""), tier: served.tier, freshness: served.freshness,
        age: served.age))
  }

  /// The answer to a read route, built if need be.
  ///
  /// - Parameter beforeWork: is called when the answer is not ready, and may refuse to have it made.
  /// - Throws: ``Problem`` when the request is wrong or the catalog cannot be had, and what `beforeWork` throws.
  func answer(
    _ target: String, acceptsGzip: Bool, beforeWork: () throws(Problem) -> Void = {}
  ) async throws -> ServedAnswer {
    try await spans.child("catalog.read") { span in
      let served = try await find(target, acceptsGzip: acceptsGzip) { (view) throws(Problem) in
        try beforeWork()
        service.record(.miss(ViewKey(view: view.rawValue, name: "")))
      }
      if served.wasReady { recordHit(served) }
      if let span { served.describe(on: span) }
      return served
    }
  }

  private func find(
    _ target: String, acceptsGzip: Bool, beforeWork: (View) throws(Problem) -> Void
  ) async throws -> ServedAnswer {
    let parsed = try RequestTarget(target[...])
    guard let route = ReadRoute(parsed.segments) else { throw Problem.notFound("there is nothing at this address") }
    let served: Served<CatalogSnapshot>
    do {
      served = try await service.read()
    } catch {
      throw Problem.databaseFailed(error)
    }
    if let ready = ready(target, acceptsGzip: acceptsGzip, served) { return ready }
    if let problem = negatives.problem(for: target, version: served.value.version) { throw problem }
    try beforeWork(route.view)
    var answer: Answer
    do {
      answer = try await once(
        Flight(target: target, version: served.value.version, isGzip: false), bytes: served.value.recordBytes
      ) {
        try Self.build(route, parsed, target: target, snapshot: served.value)
      }
    } catch let problem as Problem {
      if target.utf8.count <= Self.maximumKeptTarget {
        negatives.keep(problem, for: target, version: served.value.version)
      }
      throw problem
    }
    if acceptsGzip, answer.body(acceptsGzip: true) == nil {
      answer = try await once(
        Flight(target: target, version: served.value.version, isGzip: true), bytes: answer.cost
      ) { [answer] in
        try Self.compress(answer)
      }
    }
    return ServedAnswer(
      answer: answer, body: answer.body(acceptsGzip: acceptsGzip) ?? answer.identity, freshness: served.freshness,
      tier: served.tier, age: served.age, wasReady: false)
  }

  /// Prepares the full list, compressed and not.
  func prepareFullList() async throws { try await prepare("/v1/models") }

  /// Has an answer made before anybody asks, which is neither a hit nor a miss.
  private func prepare(_ target: String) async throws {
    _ = try await find(target, acceptsGzip: true) { (_) throws(Problem) in }
  }

  /// Prepares what is asked for most: the full list, the unique models and the top gateways.
  ///
  /// - Returns: the targets that are prepared.
  @discardableResult
  func warm() async throws -> [String] {
    try await prepareFullList()
    let known = try await service.read().value
    let gateways = CatalogService.topGateways.filter { name in known.parts.contains { $0.provider.slug.text == name } }
    let targets = ["/v1/models/unique"] + gateways.map { "/v1/models?gateway=\($0)" }
    for target in targets { try await prepare(target) }
    return ["/v1/models"] + targets
  }

  /// Drops the answers of older versions.
  func move(to version: String) { tier.move(to: version) }

  /// How many answers are kept, and their bytes.
  var size: LocalTier<Answer>.Size { tier.size }

  private func modelAnswer(_ target: String, _ snapshot: CatalogSnapshot) -> Answer? {
    ReadRoute.plainModelID(in: target).flatMap { AnswerBuilder(snapshot: snapshot).modelAnswer(id: String($0)) }
  }

  private static func build(
    _ route: ReadRoute, _ parsed: RequestTarget, target: String, snapshot: CatalogSnapshot
  ) throws -> Answer {
    let content = try AnswerBuilder(snapshot: snapshot).body(of: route, query: parsed.query)
    return Answer(
      view: route.view, content: .buffer(content.bytes), tag: FNV1a.hexadecimal(of: target.utf8),
      version: snapshot.version, end: content.end)
  }

  private static func compress(_ answer: Answer) throws -> Answer {
    let compressed = try Gzip.compress(answer.identity.content.buffer.readableBytesView, level: 6)
    return answer.compressed(ByteBuffer(bytes: compressed))
  }

  /// Runs `build` on the thread pool and keeps its answer; callers that come while it runs wait for the same one.
  ///
  /// - Parameter bytes: what it may take while it runs. It begins when that has room within the limit of the tier.
  private func once(
    _ flight: Flight, bytes: Int, build: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    try await spans.child(flight.isGzip ? "view.compress" : "view.build") { span in
      try await once(flight, bytes: bytes, span, build: build)
    }
  }

  private func once(
    _ flight: Flight, bytes: Int, _ span: (any Tracing.Span)?, build: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    let promise = group.any().makePromise(of: Answer.self)
    let running = state.withLockedValue { state -> EventLoopFuture<Answer>? in
      if let running = state.flights[flight] { return running }
      state.flights[flight] = promise.futureResult
      return nil
    }
    span?.attributes["cache.joined"] = running != nil
    if let running {
      promise.completeWith(running)
      return try await running.get()
    }
    let build = Build(bytes: bytes) { [self] workState in
      let result = Result {
        guard case .active = workState else { throw Problem.unavailable("the server is shutting down") }
        return try build()
      }
      tier.release(bytes)
      if case .success(let answer) = result { keep(answer, for: flight) }
      promise.completeWith(result)
      state.withLockedValue { _ = $0.flights.removeValue(forKey: flight) }
      startWaiting()
    }
    state.withLockedValue { $0.waiting.append(build) }
    startWaiting()
    return try await promise.futureResult.get()
  }

  /// Starts the builds that have room, in their order. Whenever one waits, another is under way, which comes here at its end.
  private func startWaiting() {
    let builds = state.withLockedValue { state in
      let count = state.waiting.prefix { tier.reserve($0.bytes) }.count
      defer { state.waiting.removeFirst(count) }
      return Array(state.waiting.prefix(count))
    }
    for build in builds { threads.submit(build.work) }
  }

  private func keep(_ answer: Answer, for flight: Flight) {
    guard flight.target.utf8.count <= Self.maximumKeptTarget else { return }
    if tier.store(answer, for: key(flight.target), version: flight.version, bytes: answer.cost) {
      service.record(.stored(ViewKey(view: answer.view.rawValue, name: ""), bytes: answer.cost))
    }
  }

  private func key(_ target: String) -> ViewKey { ViewKey(view: "answer", name: target) }
}
