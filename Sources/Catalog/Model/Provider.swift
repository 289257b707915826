/// A seller of models.
public struct Provider: Sendable, Hashable {
  /// Its name in keys and addresses.
  public var slug: ProviderSlug
  /// Its name for people.
  public var name: String
  /// Its web site.
  public var siteURL: String?

  /// A provider; its name is the slug unless given.
  public init(slug: ProviderSlug, name: String? = nil, siteURL: String? = nil) {
    self.slug = slug
    self.name = name ?? slug.text
    self.siteURL = siteURL
  }
}
