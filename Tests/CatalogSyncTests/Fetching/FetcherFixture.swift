import AsyncHTTPClient
import Catalog
import CatalogSync
import Logging
import TestSupport
import Testing
import TieredCaching

/// A provider for tests: a plain list, without a key.
func plainAdapter(
  _ slug: StaticString = "acme", authentication: ProviderAdapter.Authentication = .none,
  paging: ProviderAdapter.Paging = .none, format: String = "openai", url: String = "https://api.acme.test/v1/models",
  minimumOffers: Int = 1
) throws -> ProviderAdapter {
  try ProviderAdapter(
    ProviderSlug("\(slug)"), "Acme", site: "https://acme.test", url: url, authentication: authentication,
    paging: paging, format: .named(format), minimumOffers: minimumOffers, evidence: .documented)
}

/// Limits under which tests of failures do not take long.
var quickLimits: FetchLimits {
  var limits = FetchLimits()
  limits.pause = .milliseconds(5)
  limits.idle = .milliseconds(400)
  limits.total = .seconds(20)
  return limits
}

/// Runs a test with a replay server and a fetcher whose providers are all there.
func withFetcher<Result>(
  limits: FetchLimits = quickLimits, environment: [String: String] = [:],
  spans: Spans = .none, log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  _ body: (ReplayServer, ProviderFetcher) async throws -> Result
) async throws -> Result {
  let server = try await ReplayServer()
  let client = HTTPClient(configuration: ProviderFetcher.configuration(limits: limits))
  let variables = ["MODEL_SYNC_BASE_URL": server.url].merging(environment) { $1 }
  let fetcher = ProviderFetcher(
    client: client, limits: limits, environment: { variables[$0] }, spans: spans, logger: log)
  do {
    let result = try await body(server, fetcher)
    try await client.shutdown()
    try await server.stop()
    return result
  } catch {
    try await client.shutdown()
    try await server.stop()
    throw error
  }
}

extension ProviderFetcher {
  /// The ids of a list, and how it came.
  func ids(
    _ adapter: ProviderAdapter, validators: ListValidators? = nil
  ) async throws -> (ids: [String], validators: ListValidators, pages: Int)? {
    switch try await fetch(adapter, validators: validators, observedAt: observed) {
    case .notModified: nil
    case .list(let body, let validators, _, let pages):
      (body.listings.flatMap { $0.offers.map(\.id) }, validators, pages)
    }
  }

  /// How a fetch fails.
  func failure(_ adapter: ProviderAdapter) async -> FetchError? {
    do {
      _ = try await fetch(adapter, validators: nil, observedAt: observed)
      return nil
    } catch {
      return error as? FetchError
    }
  }

  /// Fetches a list that cannot be had.
  func expectFailure(
    _ kind: String, _ adapter: ProviderAdapter, at location: SourceLocation = #_sourceLocation
  ) async throws {
    let error = await failure(adapter)
    #expect(error?.kind == kind, "\(error?.description ?? "no failure")", sourceLocation: location)
  }
}
