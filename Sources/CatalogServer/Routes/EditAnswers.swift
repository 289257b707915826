import Catalog
import HTTPTypes
import Logging
import NIOCore
import TieredCaching

/// `PUT`, `PATCH` and `DELETE` of `/admin/offers/{gateway}/{id}` and `/admin/providers/{slug}`: manual updates.
struct EditAnswers {
  let service: CatalogService
  let logger: Logger

  /// The update that a request asks for.
  ///
  /// - Parameter body: reads the body of the request; not called for a `DELETE`.
  /// - Throws: ``Problem`` when address, query or body are not understood.
  func edit(
    _ route: AdminRoute, _ method: HTTPRequest.Method, query: [(name: String, value: String)],
    body: () async throws -> JSONValue
  ) async throws -> CatalogEdit {
    var parameters = Parameters(query)
    let isForced = try route.takesForce(method) ? parameters.takeBool("force") ?? false : false
    try parameters.finish(known: route.takesForce(method) ? ["force"] : [])
    let json = method == .delete ? .null : try await body()
    do {
      switch route {
      case .offer(let gateway, let id):
        let slug = try ProviderSlug(gateway)
        switch method {
        case .put: return try .putOffer(id: id, of: slug, json)
        case .patch: return .patchOffer(provider: slug, id: id, try OfferPatch(json))
        default: return .deleteOffer(provider: slug, id: id)
        }
      case .provider(let slug):
        let slug = try ProviderSlug(slug)
        switch method {
        case .put: return try .putProvider(slug: slug, json)
        case .patch: return .patchProvider(slug: slug, try ProviderPatch(json))
        default: return .deleteProvider(slug, force: isForced)
        }
      default: throw Problem.notFound("there is nothing at this address")
      }
    } catch let error as ProviderSlug.Invalid {
      throw Problem.badRequest(error.description)
    } catch let error as PatchError {
      throw Problem(error)
    }
  }

  /// Makes an update, and waits until this server serves it.
  ///
  /// - Throws: ``Problem`` when the update is refused; then nothing is changed.
  func answer(to edit: CatalogEdit) async throws -> AdminAnswer {
    let report: EditReport
    do {
      report = try await service.store.edit(edit)
    } catch let error as StoreError {
      throw Problem(error)
    }
    let publication = report.kind == .unchanged ? nil : await service.publish(report.manifest, logger: logger)
    let isServed = report.kind == .unchanged || publication != nil
    var json = JSONWriter()
    json.object { json in
      report.writeMembers(to: &json)
      json.member("served", isServed)
      json.member("workers_told", publication?.isShared ?? false)
    }
    return AdminAnswer(
      status: report.kind == .created ? .created : .ok, outcome: report.kind.rawValue,
      isServed: isServed, body: ByteBuffer(bytes: json.bytes))
  }
}

extension CatalogService {
  /// Makes every later read of this server see what was committed, and tells the other workers. A failure is no failure of
  /// what was committed: then it is logged, and the answer is nil.
  func publish(_ manifest: Manifest, logger: Logger) async -> Publication? {
    do {
      return try await publish(manifest)
    } catch {
      logger.warning("A change was committed, but is not served yet", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}

extension AdminRoute {
  /// Whether the query of a request may have `force`.
  fileprivate func takesForce(_ method: HTTPRequest.Method) -> Bool {
    if case .provider = self { method == .delete } else { false }
  }
}

extension Problem {
  /// Why a body is no update.
  init(_ error: PatchError) {
    switch error {
    case .notAnObject: self = .badRequest("the body: \(error.description)")
    case .unknownMember(let name, let known):
      self = .badRequest("unknown member \"\(name.prefix(40))\"", allowed: known)
    case .value(let error): self = .invalid(error.description)
    }
  }

  /// Why the store refused something.
  init(_ error: StoreError) {
    let detail = error.description
    switch error {
    case .noSuchProvider: self.init(status: .notFound, kind: "provider-not-found", detail: detail)
    case .noSuchOffer: self.init(status: .notFound, kind: "offer-not-found", detail: detail)
    case .noSuchQuarantineEntry:
      self.init(status: .notFound, kind: "quarantine-entry-not-found", detail: detail)
    case .alreadyDecided: self.init(status: .conflict, kind: "already-decided", detail: detail)
    case .unknownParts: self.init(status: .notFound, kind: "part-not-found", detail: detail)
    case .providerHasOffers: self.init(status: .conflict, kind: "provider-has-offers", detail: detail)
    case .massRemoval: self.init(status: .conflict, kind: "mass-removal", detail: detail)
    case .corruptRow: self.init(status: .conflict, kind: "corrupt-row", detail: detail)
    case .invalidOffer, .invalidText: self = .invalid(detail)
    case .unavailable, .newerSchema, .notEmpty: self = .unavailable(detail)
    }
  }

  private static func invalid(_ detail: String) -> Problem {
    Problem(status: .unprocessableContent, kind: "invalid-value", detail: detail)
  }
}
