/** A small menu for tests: one plain product, one with a choice to make, one combo. */
import type { Catalog } from '$ui/api/types.ts';
import { menuOf } from './menu.ts';

export const catalog: Catalog = {
  currency: 'COP',
  taxes: [{ id: 'inc8', name: 'INC 8 %', permille: 80, included: true }],
  stations: [{ id: 'grill', name: 'Plancha' }],
  categories: [
    {
      id: 'perros', name: 'Perros', products: [
        {
          sku: 'perro', name: 'Súper perro', price: 1_200_000, prices: { delivery: 1_300_000 }, tax: 'inc8', station: 'grill', barcode: '2000000000015',
          modifier_groups: [{ id: 'sin', name: 'Sin…', min: 0, max: 2, modifiers: [
            { sku: 'sin-cebolla', name: 'Sin cebolla', price: 0 }, { sku: 'sin-queso', name: 'Sin queso', price: 0 }, { sku: 'sin-salsas', name: 'Sin salsas', price: 0 },
          ] }],
        },
        { sku: 'choriperro', name: 'Choriperro', price: 1_400_000, tax: 'inc8', station: 'grill', active: false },
      ],
    },
    {
      id: 'bebidas', name: 'Bebidas', products: [
        { sku: 'agua', name: 'Agua', price: 400_000, tax: 'inc8', station: 'bar' },
        {
          sku: 'gaseosa', name: 'Gaseosa', price: 500_000, tax: 'inc8', station: 'bar',
          modifier_groups: [
            { id: 'sabor', name: 'Sabor', min: 1, max: 1, modifiers: [{ sku: 'cola', name: 'Cola', price: 0 }, { sku: 'uva', name: 'Uva', price: 50_000 }] },
          ],
        },
      ],
    },
    {
      id: 'combos', name: 'Combos', products: [{
        sku: 'combo', name: 'Combo pareja', price: 3_000_000, tax: 'inc8', station: [],
        combo: [
          { id: 'perros', name: 'Los perros', min: 2, max: 2, choices: [{ sku: 'perro', price: 0 }] },
          { id: 'bebida', name: 'La bebida', min: 1, max: 1, choices: [{ sku: 'agua', price: 0 }, { sku: 'gaseosa', price: 100_000 }] },
        ],
      }],
    },
    { id: 'viejo', name: 'Viejo', active: false, products: [{ sku: 'viejo', name: 'Viejo', price: 1, tax: [], station: [] }] },
  ],
};

export const menu = menuOf(catalog);

export function product(sku: string) {
  const found = menu.products.get(sku);
  if (found === undefined) throw new Error(`no ${sku} in the sample`);
  return found;
}
