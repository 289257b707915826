import Catalog
import NIOCore
import TieredCaching

/// What is cached where, and how to let go of it.
struct CacheAnswers {
  let service: CatalogService
  let answers: AnswerCache

  /// What a cache route answers.
  ///
  /// - Throws: ``Problem`` when the query is wrong, the gateway unknown or the database cannot be written.
  func answer(to route: AdminRoute, query: [(name: String, value: String)]) async throws -> AdminAnswer {
    var parameters = Parameters(query)
    switch route {
    case .warmCache:
      try parameters.finish(known: [])
      return try await warm()
    case .clearCache:
      let gateway = try parameters.takeProviderName()
      let isPurging = try parameters.takeBool("purge") ?? false
      // The original's kinds of cache are all made of the gateway's offers, and go with them.
      try parameters.takeChoice("cache_type", of: ["models", "providers", "pricing"])
      try parameters.finish(known: ["gateway", "provider", "purge", "cache_type"])
      return try await clear(gateway, purging: isPurging)
    case .refreshCache(let gateway):
      _ = try parameters.takeBool("force")
      try parameters.finish(known: ["force"])
      return try await clear(gateway, purging: false)
    case .cacheStatus:
      try parameters.finish(known: [])
      let status = await service.cacheStatus()
      return Self.read { json in
        status.writeMembers(to: &json)
        json.name("answers")
        json.object { json in
          json.member("entries", answers.size.entries)
          json.member("size_bytes", answers.size.bytes)
        }
      }
    case .auditCache:
      try parameters.finish(known: [])
      let summary = await service.audit()
      return Self.read { summary.writeMembers(to: &$0) }
    default:
      try parameters.finish(known: [])
      let report = await service.cacheStatistics()
      return Self.read { report.writeMembers(to: &$0) }
    }
  }

  private func warm() async throws -> AdminAnswer {
    let prepared: [String]
    do {
      prepared = try await answers.warm()
    } catch let error as CacheError {
      throw Problem.unavailable(error.description)
    }
    return Self.answer("warmed") { json in
      json.member("warmed", prepared)
      json.member("catalog_version", service.coherence.manifest?.version)
    }
  }

  private func clear(_ gateway: String?, purging: Bool) async throws -> AdminAnswer {
    let publication: Publication
    do {
      if let gateway {
        publication = try await service.invalidate(.gateway(ProviderSlug(given: gateway)), purging: purging)
      } else {
        publication = try await service.clear(purging: purging)
      }
    } catch let error as StoreError {
      throw Problem(error)
    } catch let error as CacheError {
      throw Problem.unavailable(error.description)
    }
    return Self.answer(purging ? "purged" : "cleared") { json in
      json.member("cleared", gateway ?? "all")
      json.member("purged", purging)
      publication.writeMembers(to: &json)
    }
  }

  private static func read(_ members: (inout JSONWriter) -> Void) -> AdminAnswer { answer("read", members) }

  private static func answer(_ outcome: String, _ members: (inout JSONWriter) -> Void) -> AdminAnswer {
    var json = JSONWriter(capacity: 16_384)
    json.object(members)
    return AdminAnswer(outcome: outcome, body: ByteBuffer(bytes: json.bytes))
  }
}
