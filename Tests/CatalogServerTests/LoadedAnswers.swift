import Catalog
import Logging
import NIOPosix
import TestSupport
import TieredCaching

@testable import CatalogServer

/// A loaded catalog with its answers, without a server around it.
struct LoadedAnswers: Sendable {
  let store: FaultyCatalogStore
  let service: CatalogService
  let answers: AnswerCache

  /// Runs `body` once these offers are loaded.
  static func with(
    _ offers: [Offer], answerBytes: Int = 16 << 20, _ body: (LoadedAnswers) async throws -> Void
  ) async throws {
    let store = FaultyCatalogStore(InMemoryCatalogStore(lifetime: "test", now: { 1_700_000_000 }))
    try await store.replace(with: offers)
    let tier = LocalTier<Answer>(maximumBytes: answerBytes)
    let service = CatalogService(
      store: store, configuration: CatalogService.Configuration(policy: TestServer.patient),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { event in
      if case .loaded(let version, _, _, _) = event { tier.move(to: version) }
    }
    let answers = AnswerCache(
      service: service, tier: tier, threads: .singleton, group: MultiThreadedEventLoopGroup.singleton)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      defer { group.cancelAll() }
      try await service.refresh()
      try await body(LoadedAnswers(store: store, service: service, answers: answers))
    }
  }
}
