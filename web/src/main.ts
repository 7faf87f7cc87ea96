// The entry of the browser map: mounts the one component that holds the page.
import { mount } from 'svelte';
import App from './App.svelte';

mount(App, { target: document.getElementById('app')! });
