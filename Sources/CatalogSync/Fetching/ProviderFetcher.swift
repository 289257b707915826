public import AsyncHTTPClient
internal import Catalog
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
public import TieredCaching
import Tracing

/// What a provider said about the state of its list, to be sent with the next request (RFC 9110, section 8.8).
public struct ListValidators: Sendable, Hashable {
  /// The entity tag.
  public var entityTag: String?
  /// The time of the last change.
  public var lastModified: String?

  /// Validators; values that no header field can have are left out.
  public init(entityTag: String?, lastModified: String?) {
    let isUsable = { (text: String) in text.utf8.count <= 256 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
    self.entityTag = entityTag.flatMap { isUsable($0) ? $0 : nil }
    self.lastModified = lastModified.flatMap { isUsable($0) ? $0 : nil }
  }
}

/// What came of asking a provider for its list.
public enum FetchedList: Sendable {
  /// The list is the one that the validators name.
  case notModified
  /// The list, how many bytes it had and in how many pages it came.
  case list(ParsedBody, ListValidators, bytes: Int, pages: Int)
}

/// Asks providers for their lists: paging, retries, deadlines and bounds, the same for all.
public struct ProviderFetcher: Sendable {
  private let client: HTTPClient
  private let limits: FetchLimits
  private let environment: @Sendable (String) -> String?
  private let spans: Spans
  private let logger: Logger

  /// A fetcher.
  ///
  /// - Parameters:
  ///   - client: a client made with ``configuration(limits:)``.
  ///   - environment: the value of an environment variable; nil where it is not set.
  ///   - spans: where the spans of requests go, which carry the trace to the provider.
  public init(
    client: HTTPClient, limits: FetchLimits = FetchLimits(), environment: @escaping @Sendable (String) -> String?,
    spans: Spans = .none, logger: Logger
  ) {
    self.client = client
    self.limits = limits
    self.environment = environment
    self.spans = spans
    self.logger = logger
  }

  /// How the client must behave: it follows no redirect by itself, and unpacks no more than the limit.
  public static func configuration(limits: FetchLimits = FetchLimits()) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(
        connect: .nanoseconds(limits.connect.nanoseconds), read: .nanoseconds(limits.idle.nanoseconds)),
      decompression: .enabled(limit: .size(limits.bytes)))
    configuration.httpVersion = .automatic
    // Spans are made by HTTPClient.execute(_:deadline:_:), without whole addresses.
    configuration.tracing.tracer = nil
    return configuration
  }

  /// Whether a provider can be asked: every variable that its request needs is set.
  ///
  /// - Throws: ``FetchError/missingVariable(_:)`` and ``FetchError/badVariable(_:reason:)``.
  public func check(_ adapter: ProviderAdapter) throws(FetchError) {
    _ = try ProviderEndpoint(adapter, environment: environment)
  }

  /// Where a provider's list is asked for, without the query, which may hold secrets.
  ///
  /// - Throws: as ``check(_:)``.
  func address(of adapter: ProviderAdapter) throws(FetchError) -> String {
    let url = try ProviderEndpoint(adapter, environment: environment).url
    return "\(url.scheme ?? "")://\(url.host() ?? ""):\(url.port ?? 443)\(url.path())"
  }

  /// Asks a provider for its list, several times where that may help.
  ///
  /// - Parameters:
  ///   - validators: those of the list that is held; nil to have the list in any case.
  ///   - observedAt: the time now, in seconds since 1970.
  /// - Throws: ``FetchError``, or `CancellationError`.
  public func fetch(
    _ adapter: ProviderAdapter, validators: ListValidators?, observedAt: Int
  ) async throws -> FetchedList {
    try await spans.child("fetch") { span in
      let list = try await fetch(adapter, validators, observedAt, span)
      if case .list(_, _, let bytes, let pages) = list {
        span?.updateAttributes { attributes in
          attributes["fetch.bytes"] = bytes
          attributes["fetch.pages"] = pages
        }
      }
      return list
    }
  }

  private func fetch(
    _ adapter: ProviderAdapter, _ validators: ListValidators?, _ observedAt: Int, _ span: (any Tracing.Span)?
  ) async throws -> FetchedList {
    let endpoint = try ProviderEndpoint(adapter, environment: environment)
    var attempt = 1
    while true {
      do {
        span?.attributes["fetch.attempts"] = attempt
        return try await attempted(adapter, endpoint, validators, observedAt)
      } catch let error as FetchError {
        guard error.isRetryable, attempt < limits.attempts,
          let pause = limits.pause(after: attempt, error, chance: .random(in: 0...1))
        else { throw error }
        logger.info(
          "Provider is asked again",
          metadata: ["provider": "\(adapter.slug)", "attempt": "\(attempt)", "reason": "\(error)"])
        try await Task.sleep(for: pause)
        attempt += 1
      }
    }
  }

  private func attempted(
    _ adapter: ProviderAdapter, _ endpoint: ProviderEndpoint, _ validators: ListValidators?, _ observedAt: Int
  ) async throws -> FetchedList {
    let limit = limits.total
    do {
      return try await withDeadline(limit, late: { FetchError.timedOut(after: limit) }) {
        var reading = try ListReading(adapter, endpoint, limits: limits, observedAt: observedAt)
        var request: HTTPClientRequest? = reading.firstRequest(validators: adapter.paging == .none ? validators : nil)
        while let next = request {
          let response = try await answer(to: next, endpoint)
          if response.status == .notModified, validators != nil { return .notModified }
          request = try await reading.readPage(of: response, url: next.url)
        }
        return try reading.finish()
      }
    } catch let error as FetchError {
      throw error.scrubbed(endpoint.scrubbed)
    } catch let error as ImportError {
      throw FetchError.body(error).scrubbed(endpoint.scrubbed)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw TransportFailure.explained(error, limits: limits).scrubbed(endpoint.scrubbed)
    }
  }

  /// The response to a request that is not redirected to another site.
  private func answer(to first: HTTPClientRequest, _ endpoint: ProviderEndpoint) async throws -> HTTPClientResponse {
    var request = first
    for _ in 0...3 {
      let deadline = NIODeadline.now() + .nanoseconds(limits.total.nanoseconds)
      let response = try await client.execute(request, deadline: deadline, spans)
      switch response.status.code {
      case 200, 304: return response
      case 301, 302, 303, 307, 308: request.url = try SameSite.redirection(of: response, from: request.url)
      case 401, 403:
        throw FetchError.unauthorized(status: response.status.code, variable: endpoint.keyVariable)
      default:
        let (status, delay) = (response.status.code, RetryAfter.delay(response.headers, now: Date()))
        // A server that is down says 503 as well, but not for how long.
        guard status != 429, status != 503 || delay == nil else {
          throw FetchError.rateLimited(status: status, retryAfter: delay)
        }
        throw FetchError.status(status, text: await excerpt(of: response))
      }
    }
    throw FetchError.redirected(to: endpoint.description)
  }

  /// The beginning of an error message, as far as it comes at once.
  private func excerpt(of response: HTTPClientResponse) async -> String {
    do {
      return String(buffer: try await response.body.collect(upTo: 16 << 10))
    } catch {
      // The status says enough; why its text could not be read does not matter to anybody.
      return ""
    }
  }
}

extension Duration {
  /// Nanoseconds, for NIO.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
