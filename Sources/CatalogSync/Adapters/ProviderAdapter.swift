public import Catalog

/// How one provider's model list is fetched and read: a declaration, no code.
///
/// What all providers share (paging, retries, bounds, decoding, checks) stands once, in ``ProviderFetcher`` and
/// ``ImportFormat``.
public struct ProviderAdapter: Sendable {
  /// How a request says who asks.
  public enum Authentication: Sendable, Hashable {
    /// Anybody may ask.
    case none
    /// `Authorization: Bearer KEY`, with the key from an environment variable.
    case bearer(_ variable: String)
    /// As ``bearer(_:)``, but the list is public, so a missing key is no obstacle.
    case optionalBearer(_ variable: String)
    /// A header field of the provider's own that holds nothing but the key.
    case header(_ name: String, _ variable: String)

    /// The environment variable that holds the key; nil where there is none.
    public var variable: String? {
      switch self {
      case .none: nil
      case .bearer(let variable), .optionalBearer(let variable), .header(_, let variable): variable
      }
    }

    /// Whether the list cannot be had without the key.
    public var isRequired: Bool {
      switch self {
      case .none, .optionalBearer: false
      case .bearer, .header: true
      }
    }
  }

  /// How the rest of a list is asked for that does not come in one answer.
  public enum Paging: Sendable, Hashable {
    /// The whole list comes at once.
    case none
    /// The next page is asked for with a query parameter that has the value of a member of this page, until that member is
    /// missing or empty; with `while`, until that other member is no longer `true`.
    case token(_ parameter: String, from: String, while: String? = nil)
    /// Pages are numbered from 1; the list ends with the first page that has fewer than `size` rows.
    case number(_ parameter: String, size: Int)
    /// Pages begin at a row; the list ends with the first page that has fewer than `size` rows.
    case offset(_ parameter: String, size: Int)
    /// A member of this page is the address of the next one, until it is `null`.
    case address(_ member: String)
    /// A `Link` field with `rel="next"` is the address of the next page (RFC 8288).
    case link
  }

  /// How the format is known.
  public enum Evidence: String, Sendable, CaseIterable {
    /// From a body that the provider sent.
    case recorded
    /// From the provider's documentation only.
    case documented
    /// From other people's code or notes only.
    case reported
  }

  /// The name in keys and addresses.
  public let slug: ProviderSlug
  /// The name for people.
  public let name: String
  /// The web site.
  public let siteURL: String
  /// The address of the list, with its query. `{NAME}` stands for the value of the environment variable `NAME`.
  public let url: String
  /// How a request says who asks.
  public let authentication: Authentication
  /// Header fields that every request has beside the usual ones.
  public let headers: [String: String]
  /// How the rest of the list is asked for.
  public let paging: Paging
  /// What the list looks like, and in which unit its prices are.
  public let format: ImportFormat
  /// The fewest offers that are believed: a shorter list is taken for a failure of the provider.
  public let minimumOffers: Int
  /// How the format is known.
  public let evidence: Evidence

  /// An adapter.
  public init(
    _ slug: ProviderSlug, _ name: String, site siteURL: String, url: String, authentication: Authentication = .none,
    headers: [String: String] = [:], paging: Paging = .none, format: ImportFormat, minimumOffers: Int = 1,
    evidence: Evidence
  ) {
    self.slug = slug
    self.name = name
    self.siteURL = siteURL
    self.url = url
    self.authentication = authentication
    self.headers = headers
    self.paging = paging
    self.format = format
    self.minimumOffers = minimumOffers
    self.evidence = evidence
  }
}
